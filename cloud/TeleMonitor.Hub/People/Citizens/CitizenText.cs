namespace TeleMonitor.Hub.People.Citizens;

/// <summary>Names the texts of the register: <c>CitizenText.resx</c> (Danish) and <c>CitizenText.en.resx</c>.</summary>
public sealed class CitizenText;
