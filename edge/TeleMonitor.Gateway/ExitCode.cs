namespace TeleMonitor.Gateway;

/// <summary>What the program returns to the shell.</summary>
internal static class ExitCode
{
    /// <summary>Could not start, or a check failed: the message says what to mend.</summary>
    public const int Refused = 1;
    /// <summary>Went through, but some of the input was wrong; each place was reported.</summary>
    public const int BadInput = 2;
    /// <summary>Went through, but lanes still wait for the hub's receipt.</summary>
    public const int NotDelivered = 3;
}
