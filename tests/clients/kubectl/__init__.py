"""kubectl on both servers, compared by what it prints and how it exits."""
