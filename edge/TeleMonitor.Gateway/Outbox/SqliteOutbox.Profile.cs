using System.Globalization;
using Microsoft.Data.Sqlite;

namespace TeleMonitor.Gateway.Outbox;

// signed settings: one bundle, and the keys that have followed those of set-up
public sealed partial class SqliteOutbox
{
    /// <inheritdoc/>
    public KeptProfile? Profile => Reading(() =>
    {
        if (options is null && !HasProfile())
        {
            return null; // an older file that is only looked at
        }
        using SqliteCommand select = Prepare("select version, hash, bundle, taken_at from profile");
        using SqliteDataReader reader = select.ExecuteReader();
        return reader.Read() ? new KeptProfile(reader.GetInt32(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<byte[]>(2), Time(reader.GetString(3))) : null;
    });

    private bool HasProfile()
    {
        using SqliteCommand select = Prepare("select count(*) from sqlite_schema where name = 'profile'");
        return (long)select.ExecuteScalar()! > 0;
    }

    /// <inheritdoc/>
    public IReadOnlyList<PinnedKey> PinnedKeys => Reading(() =>
    {
        using SqliteCommand select = Prepare("select role, instead_of, key from pinned order by role");
        using SqliteDataReader reader = select.ExecuteReader();
        var keys = new List<PinnedKey>();
        while (reader.Read())
        {
            keys.Add(new PinnedKey(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2)));
        }
        return (IReadOnlyList<PinnedKey>)keys;
    });

    /// <inheritdoc/>
    public void Keep(KeptProfile profile, PinnedKey? key)
    {
        lock (gate)
        {
            InTransaction(() =>
            {
                using SqliteCommand save = Prepare("""
                    insert into profile values (1, $version, $hash, $bundle, $at)
                    on conflict(one) do update set version = excluded.version, hash = excluded.hash, bundle = excluded.bundle, taken_at = excluded.taken_at
                    """, "$version", "$hash", "$bundle", "$at");
                Run(save, profile.Version, profile.Hash, (object?)profile.Bundle ?? DBNull.Value, profile.TakenAt.ToString("O", CultureInfo.InvariantCulture));
                if (key is not null)
                {
                    using SqliteCommand pin = Prepare("insert into pinned values ($role, $old, $key) on conflict(role) do update set instead_of = excluded.instead_of, key = excluded.key",
                        "$role", "$old", "$key");
                    Run(pin, key.Role, key.InsteadOf, key.Key);
                }
            });
        }
    }
}
