problem-not-found = Not found
