using System.Globalization;
using Microsoft.Data.Sqlite;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Gateway.Outbox;

// notices from the hub and findings: what status shows
public sealed partial class SqliteOutbox
{
    /// <inheritdoc/>
    public NoticeStanding Notices
    {
        get
        {
            return Reading(() =>
            {
                string[] parts = ReadMeta("notices")?.Split(' ') ?? [];
                return parts.Length == 2 ? new NoticeStanding(parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture)) : default;
            });
        }
    }

    /// <inheritdoc/>
    public void Keep(string hub, long first, IReadOnlyList<Notice> notices)
    {
        lock (gate)
        {
            InTransaction(() =>
            {
                using SqliteCommand insert = Prepare("""
                    insert into notice select $hub, $number, $code, $case, $role, $at, $expires, coalesce(max(place), 0) + 1 from notice where true
                    on conflict(hub, number) do nothing
                    """, "$hub", "$number", "$code", "$case", "$role", "$at", "$expires");
                for (int i = 0; i < notices.Count; i++)
                {
                    Notice notice = notices[i];
                    Run(insert, hub, first + i, notice.Code, notice.Case, notice.Role, notice.At.ToString("O", CultureInfo.InvariantCulture),
                        notice.Expires.ToString("O", CultureInfo.InvariantCulture));
                }
                Run(saveMeta, "notices", $"{hub} {(first + notices.Count - 1).ToString(CultureInfo.InvariantCulture)}");
            });
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<KeptNotice> ReadNotices(int count)
    {
        return Reading(() =>
        {
            using SqliteCommand select = Prepare("select hub, number, code, care_case, role, at, expires from notice order by place desc limit $count", "$count");
            select.Parameters[0].Value = count;
            using SqliteDataReader reader = select.ExecuteReader();
            var notices = new List<KeptNotice>();
            while (reader.Read())
            {
                notices.Add(new KeptNotice(reader.GetString(0), reader.GetInt64(1), new Notice(reader.GetString(2), reader.GetInt64(3), reader.GetString(4),
                    Time(reader.GetString(5)), Time(reader.GetString(6)))));
            }
            return notices;
        });
    }

    private void Write(in FindingChange change)
    {
        using SqliteCommand write = change.Text is null
            ? Prepare("delete from finding where code = $code", "$code")
            : Prepare("insert into finding values ($code, $text, $since) on conflict(code) do update set text = excluded.text", "$code", "$text", "$since");
        write.Parameters[0].Value = change.Code;
        if (change.Text is not null)
        {
            (write.Parameters[1].Value, write.Parameters[2].Value) = (change.Text, change.At.ToString("O", CultureInfo.InvariantCulture));
        }
        write.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public IReadOnlyList<OpenFinding> ReadFindings()
    {
        return Reading(() =>
        {
            using SqliteCommand select = Prepare("select code, text, since from finding order by since, code");
            using SqliteDataReader reader = select.ExecuteReader();
            var findings = new List<OpenFinding>();
            while (reader.Read())
            {
                findings.Add(new OpenFinding(reader.GetString(0), reader.GetString(1), Time(reader.GetString(2))));
            }
            return findings;
        });
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture);
}
