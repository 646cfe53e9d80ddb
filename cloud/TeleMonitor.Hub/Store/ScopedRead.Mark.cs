using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TeleMonitor.Hub.People;

namespace TeleMonitor.Hub.Store;

// by what an open board learns that it is out of date
public sealed partial class ScopedRead
{
    /// <summary>
    /// Sixteen hex digits over what the viewer's boards show: another mark, another page. It says nothing of how much there is, and nothing of what
    /// is not the viewer's. Nothing is shown by it, so nothing is written down.
    /// </summary>
    public string Mark()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (May(Sight.Health))
        {
            foreach (MarkedCase one in MarkedCases())
            {
                Add(hash, $"case {one.Id} {one.Version} {one.Pages} {one.Sent}");
            }
            foreach (ScopedUnknown one in Unknown(int.MaxValue))
            {
                Add(hash, $"unknown {one.Assignment} {one.UnknownMs} {one.Because}");
            }
            foreach (long test in read.Query<long>(
                $"""
                select id from daily_test where acknowledged_ms is null and id = (select max(id) from daily_test later where later.team = daily_test.team)
                  and exists (select 1 from role_grant g where {InForce} and g.role in {Roles(Sight.Health)} and (g.unit = daily_test.team or g.kind = 'hub')) order by id
                """, Who()))
            {
                Add(hash, $"test {test}");
            }
        }
        foreach (FindingRow row in OpenFindings())
        {
            Add(hash, $"finding {row.Gateway} {row.Code} {row.Detail} {row.OpenedMs}");
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    private IEnumerable<MarkedCase> MarkedCases() => read.Query<MarkedCase>(
        $"""
        select id as Id, version as Version, (select count(*) from page where page.care_case = care_case.id) as Pages,
          (select count(sent_ms) + count(channel) from page where page.care_case = care_case.id) as Sent
        from care_case where state <> 'closed' and kind <> 'self-test'
          and exists (select 1 from role_grant g where {InForce} and g.role in {Roles(Sight.Health)} and {Present}) order by id
        """, Who());

    private static void Add(IncrementalHash hash, FormattableString said) => hash.AppendData(Encoding.UTF8.GetBytes(said.ToString(CultureInfo.InvariantCulture) + "\n"));

    private sealed class MarkedCase
    {
        public long Id { get; init; }
        public long Version { get; init; }
        public long Pages { get; init; }
        public long Sent { get; init; }
    }
}
