### Settings.

settings-lead = Your choices are kept in this browser.
settings-language = Language
settings-save-language = Save language
settings-theme = Colours
settings-save-theme = Save colours
theme-system = Same as my device
theme-light = Light
theme-dark = Dark
