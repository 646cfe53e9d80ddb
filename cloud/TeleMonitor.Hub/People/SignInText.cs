namespace TeleMonitor.Hub.People;

/// <summary>Names the texts of sign-in: <c>SignInText.resx</c> (Danish) and <c>SignInText.en.resx</c>.</summary>
public sealed class SignInText;
