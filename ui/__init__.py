"""The window: everything Qt, and the entry of the console command."""
