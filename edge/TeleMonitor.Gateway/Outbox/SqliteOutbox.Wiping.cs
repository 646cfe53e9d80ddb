using Microsoft.Data.Sqlite;

namespace TeleMonitor.Gateway.Outbox;

// the end of a loan: what was of one citizen is not handed to the next
public sealed partial class SqliteOutbox
{
    /// <summary>Items of each lane that one call overwrites, so that the log of a call stays small on a card that held months.</summary>
    private const long WipedAtOnce = 20_000;

    /// <inheritdoc/>
    public IReadOnlyList<int> Assignments => Reading(() => (IReadOnlyList<int>)[.. ReadStates().Where(number => number > 0)]);

    /// <inheritdoc/>
    public bool Wipe(IReadOnlyCollection<int> goOn, OutboxCommit with)
    {
        lock (gate)
        {
            if (Array.Exists(cursors, cursor => Standing(cursor.Lane).Waiting > 0))
            {
                return false;
            }
            Execute("pragma secure_delete = on"); // what is deleted is written over with zeros in the same transaction
            if (Forget(DateTimeOffset.MaxValue, WipedAtOnce) > 0)
            {
                return false;
            }
            string id = options!.NewId();
            InTransaction(() =>
            {
                Empty(goOn);
                Run(saveMeta, "outbox", id);
                Array.ForEach(cursors, Rebase);
                Write(with);
            });
            Id = id;
            Shrink();
            return true;
        }
    }

    private void Empty(IReadOnlyCollection<int> goOn)
    {
        lastContext = default;
        foreach (LaneCursor cursor in cursors)
        {
            (cursor.KeptAfter, cursor.KeptChain) = (cursor.Last, cursor.Chain);
            SaveKept(cursor);
        }
        using SqliteCommand all = Prepare("delete from item; delete from aside; delete from receipt; delete from notice; delete from finding; delete from context");
        all.ExecuteNonQuery();
        if (goOn.Count == 0)
        {
            Execute("update profile set bundle = null"); // of those who go on the hub sends another, without the one who leaves
        }
        using SqliteCommand rules = Prepare("delete from state where assignment = $assignment", "$assignment");
        foreach (int assignment in ReadStates().Where(number => goOn.Count == 0 || (number > 0 && !goOn.Contains(number))))
        {
            Run(rules, assignment);
        }
    }

    private List<int> ReadStates()
    {
        using SqliteCommand select = Prepare("select assignment from state order by assignment");
        using SqliteDataReader reader = select.ExecuteReader();
        var numbers = new List<int>();
        while (reader.Read())
        {
            numbers.Add(reader.GetInt32(0));
        }
        return numbers;
    }

    // the log still holds the pages as they were, and what was put aside lies beside it; without room or beside a reader the log is emptied on closing
    private void Shrink()
    {
        foreach (string aside in Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path) + ".damaged-*"))
        {
            File.Delete(aside);
        }
        try
        {
            Execute("vacuum; pragma wal_checkpoint(truncate); pragma secure_delete = off");
        }
        catch (SqliteException)
        {
            Execute("pragma secure_delete = off");
        }
    }
}
