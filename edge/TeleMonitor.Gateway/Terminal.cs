using System.Threading.Channels;

namespace TeleMonitor.Gateway;

/// <summary>The person at the keyboard: what is said to them, Danish first, and the lines they type.</summary>
/// <param name="write">Takes one line.</param>
/// <param name="typed">Lines as they come; completed at the end of the input.</param>
internal sealed class Terminal(Action<string> write, ChannelReader<string> typed)
{
    /// <summary>Keyboard and screen of this process. The keyboard is read only from the first question on.</summary>
    public static Terminal OfConsole()
    {
        var lines = Channel.CreateUnbounded<string>();
        return new Terminal(Console.WriteLine, new Keyboard(lines));
    }

    public void Say(TextLine text)
    {
        write("da  " + text.Danish);
        write("en  " + text.English);
    }

    /// <summary>Asks, and waits for one line.</summary>
    /// <returns>What was typed after the question, without blanks around it; null at the end of the input.</returns>
    public async Task<string?> AskAsync(TextLine question, CancellationToken stop)
    {
        Say(question);
        return await typed.WaitToReadAsync(stop) && typed.TryRead(out string? line) ? line.Trim() : null;
    }

    /// <summary>True for a yes in either language.</summary>
    public static bool IsYes(string? typed) => typed is "j" or "ja" or "J" or "Ja" or "JA" or "y" or "yes" or "Y" or "Yes" or "YES";

    /// <summary>A console read cannot be given up, so one thread reads for all questions: none takes another's line.</summary>
    private sealed class Keyboard(Channel<string> lines) : ChannelReader<string>
    {
        private int started;

        public override bool TryRead(out string item) => lines.Reader.TryRead(out item!);

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
        {
            if (Interlocked.Exchange(ref started, 1) == 0)
            {
                new Thread(ReadToEnd) { IsBackground = true, Name = "keyboard" }.Start();
            }
            return lines.Reader.WaitToReadAsync(cancellationToken);
        }

        private void ReadToEnd()
        {
            while (Console.ReadLine() is { } line)
            {
                lines.Writer.TryWrite(line); // unbounded: always taken
            }
            lines.Writer.Complete();
        }
    }
}
