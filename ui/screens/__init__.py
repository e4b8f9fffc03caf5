"""The screens, one a file. Each gets its services in the constructor and knows no sibling."""
