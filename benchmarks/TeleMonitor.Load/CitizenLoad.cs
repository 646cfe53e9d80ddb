using System.Net;
using System.Net.Http.Headers;
using TeleMonitor.Care.Routing;
using TeleMonitor.Hub;
using TeleMonitor.Hub.People;
using TeleMonitor.Hub.People.Citizens;
using TeleMonitor.Hub.Store;
using TeleMonitor.Rig;

namespace TeleMonitor.Load;

/// <summary>A register of 100,000 citizens and 200 who look: how long a list and a search in scope take at the running hub, its lines of the audit written down.</summary>
internal static class CitizenLoad
{
    private const int Viewers = 200, AtOnce = 4, Batch = 1000, Common = 20;
    private static readonly string[] Roles = ["acute-nurse", "monitoring-nurse", "clinician", "coordinator"];

    public static async Task<IReadOnlyList<Figure>> RunAsync(int citizens, int asked, CancellationToken ct)
    {
        await using Site site = await Site.StartAsync("citizens", Site.Homes(1), ct);
        HubData data = HubData.Load(Repository.FirmwareConfig, out IReadOnlyList<string> problems) ?? throw new RigException(string.Join("; ", problems));
        string[] tokens;
        using (HubStore store = HubStore.Open(site.Installation.HubStore, Site.Time.GetUtcNow()))
        {
            Register(store, IdentityKeys.Open(IdentityKeys.FolderOf(site.Installation.HubStore)), data.Topology, citizens);
            tokens = AddViewers(store, data.Topology);
        }
        using HttpClient hub = new() { BaseAddress = site.Hub };
        var dice = new Random(20261122);
        await AskAsync(hub, tokens, [.. Enumerable.Range(0, Viewers).Select(_ => "")], ct); // compiled, and each viewer's first look written down
        double[] lists = await AskAsync(hub, tokens, [.. Enumerable.Range(0, asked).Select(_ => "")], ct);
        double[] searches = await AskAsync(hub, tokens, [.. Enumerable.Range(0, asked).Select(_ => Query(dice.Next(citizens), dice.Next(6)))], ct);
        return [Of("list of citizens in scope", lists, citizens), Of("search for a citizen in scope", searches, citizens)];
    }

    private static Figure Of(string what, double[] milliseconds, int citizens) => new(
        $"{what}, p99", Figure.Percentile(milliseconds, 0.99), "ms", new Budget(100), "an index range of one unit, a page of rows, at most one commit of audit lines ≈ 10 ms",
        $"{citizens:#,0} citizens, {Viewers} viewers of {Roles.Length} roles, {AtOnce} at once over HTTP, {milliseconds.Length} answers; p50 {Figure.Number(Figure.Percentile(milliseconds, 0.5))} ms, worst {Figure.Number(milliseconds.Max())} ms");

    /// <summary>Asks for each query in turn, a few at once, each by another viewer.</summary>
    /// <returns>How long each answer took, ms.</returns>
    private static async Task<double[]> AskAsync(HttpClient hub, string[] tokens, string[] queries, CancellationToken ct)
    {
        double[] took = new double[queries.Length];
        await Parallel.ForAsync(0, queries.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (number, stop) =>
        {
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri($"/api/v1/citizens{(queries[number].Length == 0 ? "" : $"?q={Uri.EscapeDataString(queries[number])}")}", UriKind.Relative));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens[number % tokens.Length]);
            long began = Site.Time.GetTimestamp();
            using HttpResponseMessage answer = await hub.SendAsync(request, stop);
            await answer.Content.ReadAsByteArrayAsync(stop);
            took[number] = Site.Time.GetElapsedTime(began).TotalMilliseconds;
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw new RigException($"citizens were answered with {answer.StatusCode}");
            }
        });
        return took;
    }

    /// <summary>By number, telephone, a rare word, a word that every twentieth has, that with the birth date, and a number that nobody has.</summary>
    private static string Query(int citizen, int kind) => kind switch
    {
        0 => Number(citizen),
        1 => Telephone(citizen),
        2 => Word(citizen),
        3 => CommonWord(citizen % Common),
        4 => $"{CommonWord(citizen % Common)} {Number(citizen)[..6]}",
        _ => Number(citizen)[..6] + "1ZZ9",
    };

    private static void Register(HubStore store, IdentityKeys keys, Topology topology, int citizens)
    {
        DateTimeOffset now = Site.Time.GetUtcNow();
        foreach (int[] some in Enumerable.Range(0, citizens).Chunk(Batch))
        {
            store.Write(write =>
            {
                foreach (int number in some)
                {
                    PersonalId id = PersonalId.Read(Number(number)).Id ?? throw new RigException($"no number was made of {number}");
                    string name = $"{CommonWord(number % Common)} {Word(number)}";
                    write.SaveIdentity(Citizen(number), keys.Close(new Identity(id, name, "", Telephone(number), [])), "load", now);
                    write.MoveHome(Citizen(number), topology.Municipalities[number % topology.Municipalities.Count].Slug, now.AddDays(-1));
                }
            });
        }
        while (store.Write(write => write.Answer(topology, Batch)) > 0)
        {
            // until everybody is answered for
        }
    }

    /// <returns>What each signs in with.</returns>
    private static string[] AddViewers(HubStore store, Topology topology) => store.Write<string[]>(write =>
    {
        DateTimeOffset now = Site.Time.GetUtcNow();
        string[] tokens = [.. Enumerable.Range(0, Viewers).Select(_ => SignIn.NewCode())];
        for (int number = 0; number < Viewers; number++)
        {
            string id = $"load-{number:000}";
            Care.Cases.CaseWord.TryRead(Roles[number % Roles.Length], out PersonRole role);
            Municipality home = topology.Municipalities[number / Roles.Length % topology.Municipalities.Count];
            // a coordinator sees the whole authority, one of them everything
            Grant grant = role != PersonRole.Coordinator ? new Grant(role, UnitKind.Team, home.Team, now.AddDays(-1), null)
                : number < Roles.Length ? new Grant(role, UnitKind.Hub, "", now.AddDays(-1), null)
                : new Grant(role, UnitKind.Authority, home.Authority[0].Holder, now.AddDays(-1), null);
            write.AddToken(id, SignIn.HashOf(tokens[number]), now.AddDays(-1), now.AddDays(1), "load");
            write.Give(id, grant, "load", now);
        }
        return tokens;
    });

    // invented, so that none can be anybody's: replacement numbers by number, words of made-up syllables
    private static string Citizen(int number) => $"c-{number:x8}";

    private static string Number(int number)
    {
        DateTime born = new DateTime(1930, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(number % 25_000);
        int rest = number / 25_000;
        return $"{born:ddMMyy}1{(char)('A' + rest % 26)}{(char)('A' + rest / 26)}0";
    }

    private static string Telephone(int number) => $"00 {number:000000}";

    private static string CommonWord(int number) => "borger" + (char)('a' + number);

    private static string Word(int number) => $"{(char)('b' + number % 5)}o{(char)('k' + number / 5 % 5)}e{number / 25 % 1000}";
}
