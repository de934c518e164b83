"""The web, sliced by audience. How a page is made: README.md."""
