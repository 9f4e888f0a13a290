"""Groups of widgets that the pages lay out."""
