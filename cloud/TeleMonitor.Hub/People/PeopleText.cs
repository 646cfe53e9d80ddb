namespace TeleMonitor.Hub.People;

/// <summary>Names the texts of people, audit, break-glass and rights: <c>PeopleText.resx</c> (Danish) and <c>PeopleText.en.resx</c>.</summary>
public sealed class PeopleText;
