using System.Net.Sockets;
using System.Text;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>An answer as it came.</summary>
/// <param name="Status">0 where the connection was closed without one.</param>
/// <param name="Head">Its head.</param>
/// <param name="Body">Its body; of an event stream only the beginning.</param>
internal sealed record RawAnswer(int Status, string Head, string Body)
{
    /// <summary>A header's value; empty where it is not there.</summary>
    public string Header(string name) =>
        Head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase)) is { } line ? line[(name.Length + 2)..] : "";
}

/// <summary>Sends bytes as they stand, which no client of the framework does. HTTP/1.0, so that nothing stands between the pieces of an answer.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Sends a request and reads its answer.</summary>
    /// <param name="address">Where.</param>
    /// <param name="request">Its bytes.</param>
    /// <param name="leaves">True where the client sends no more, however much it announced.</param>
    /// <exception cref="OperationCanceledException">No answer in time: a fault by itself.</exception>
    public static async Task<RawAnswer> Send(Uri address, byte[] request, bool leaves = false)
    {
        using var end = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, end.Token);
        NetworkStream stream = client.GetStream();
        var got = new MemoryStream();
        try
        {
            await stream.WriteAsync(request, end.Token);
            if (leaves)
            {
                client.Client.Shutdown(SocketShutdown.Send);
            }
            byte[] piece = new byte[16 * 1024];
            while (await stream.ReadAsync(piece, end.Token) is var count and > 0)
            {
                got.Write(piece.AsSpan(0, count));
                if (Encoding.Latin1.GetString(got.GetBuffer(), 0, (int)Math.Min(got.Length, 2048)).Contains("text/event-stream", StringComparison.Ordinal))
                {
                    break; // has no end of its own
                }
            }
        }
        catch (IOException)
        {
            // closed while more was being sent: what came before counts
        }
        string text = Encoding.UTF8.GetString(got.GetBuffer(), 0, (int)got.Length);
        int head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return head < 0 ? new RawAnswer(0, text, "") : new RawAnswer(int.Parse(text.Split(' ')[1]), text[..head], text[(head + 4)..]);
    }
}
