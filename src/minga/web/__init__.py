"""Layout and components: everything a visitor sees is drawn here."""
