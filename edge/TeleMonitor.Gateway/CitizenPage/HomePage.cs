using System.Net;
using System.Text;

namespace TeleMonitor.Gateway.CitizenPage;

/// <summary>
/// The home's own page on this machine's screen. It shows the day and questions, hands over what is entered, and decides nothing. Bound to the loopback
/// address only; a port that is taken is said and tried again, and the gateway goes on without a page.
/// </summary>
/// <param name="address">Loopback address and port.</param>
/// <param name="rules">What is answered to a request.</param>
/// <param name="clock">The clock.</param>
/// <param name="say">Takes one sentence for the log; no value and no name in it.</param>
internal sealed class HomePage(Uri address, PageRules rules, TimeProvider clock, Action<string> say)
{
    private const int MostAtOnce = 4, MostBytes = 4096;

    private static readonly TimeSpan OpenAgain = TimeSpan.FromSeconds(30), OneRequest = TimeSpan.FromSeconds(5), StoredWithin = TimeSpan.FromSeconds(2), LookAgain = TimeSpan.FromMilliseconds(20);

    /// <summary>Serves until stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        string said = "";
        while (!stop.IsCancellationRequested)
        {
            using var listener = new HttpListener { IgnoreWriteExceptions = true };
            listener.Prefixes.Add(address.AbsoluteUri);
            try
            {
                listener.Start();
                say($"{address.AbsoluteUri}: the home's page is open");
                said = "";
                await ServeAsync(listener, stop);
            }
            catch (Exception closed) when (closed is HttpListenerException or System.Net.Sockets.SocketException or ObjectDisposedException or InvalidOperationException)
            {
                if (!stop.IsCancellationRequested && !string.Equals(said, closed.Message, StringComparison.Ordinal))
                {
                    said = closed.Message;
                    say($"{address.AbsoluteUri}: the home's page cannot be open, tried again every {OpenAgain.TotalSeconds:F0} s: {said}");
                }
            }
            try
            {
                await Task.Delay(OpenAgain, clock, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(HttpListener listener, CancellationToken stop)
    {
        using CancellationTokenRegistration ending = stop.Register(listener.Abort);
        using var free = new SemaphoreSlim(MostAtOnce);
        while (listener.IsListening)
        {
            await free.WaitAsync(CancellationToken.None);
            HttpListenerContext context = await listener.GetContextAsync();
            _ = AnswerOneAsync(context, free, stop);
        }
    }

    private async Task AnswerOneAsync(HttpListenerContext context, SemaphoreSlim free, CancellationToken stop)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(OneRequest);
            await WriteAsync(context.Response, await ReplyAsync(context.Request, limit.Token), limit.Token);
        }
        catch (Exception gone) when (gone is HttpListenerException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            context.Response.Abort(); // whoever asked has gone, or was too slow
        }
        finally
        {
            try
            {
                free.Release();
            }
            catch (ObjectDisposedException)
            {
                // the page was closed meanwhile
            }
        }
    }

    private async Task<PageReply> ReplyAsync(HttpListenerRequest request, CancellationToken stop)
    {
        byte[] body = new byte[MostBytes + 1];
        int length = request.HasEntityBody ? await request.InputStream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, stop) : 0;
        var asked = new PageRequest(request.HttpMethod, request.RawUrl ?? "", request.UserHostName ?? "")
        {
            Origin = request.Headers["Origin"], Languages = request.Headers["Accept-Language"], ContentType = request.ContentType,
            Form = length > MostBytes ? null : Encoding.UTF8.GetString(body, 0, length), At = clock.GetElapsedTime(0),
        };
        PageReply reply = rules.Reply(asked);
        if (reply.HandedOver is not { } handed)
        {
            return reply;
        }
        // it is thanked for what is stored, never for what was only pressed
        for (long began = clock.GetTimestamp(); !handed.IsStored() && clock.GetElapsedTime(began) < StoredWithin;)
        {
            await Task.Delay(LookAgain, clock, stop);
        }
        return PageReply.SeeOther(handed.IsStored() ? handed.Word : PageWord.NotYet, handed.Back);
    }

    private static async Task WriteAsync(HttpListenerResponse response, PageReply reply, CancellationToken stop)
    {
        response.StatusCode = reply.Status;
        response.ContentType = reply.ContentType;
        foreach ((string name, string value) in reply.Headers)
        {
            response.Headers[name] = value;
        }
        if (reply.Location is { } location)
        {
            response.Headers["Location"] = location;
        }
        byte[] bytes = Encoding.UTF8.GetBytes(reply.Body);
        response.ContentLength64 = bytes.Length;
        await response.OutputStream.WriteAsync(bytes, stop);
        response.Close();
    }
}
