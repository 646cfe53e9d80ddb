using System.Text;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Wire;

/// <summary>
/// Wire version 1 is frozen: a byte that differs from tests/golden/wire/v1 is a gateway in a home that no hub understands.
/// UPDATE_GOLDEN=1 rewrites the files; a person reads the difference before it is committed.
/// </summary>
public sealed class GoldenWireTests
{
    private static readonly string Folder = Tree.At("tests", "golden", "wire", "v1");

    private static bool Rewrites => Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1";

    public static TheoryData<string> Names => [.. GoldenWire.All.Select(situation => situation.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_written_is_the_golden_file_byte_for_byte(string name) => AssertGolden(name + ".json", Find(name).Write());

    [Theory]
    [MemberData(nameof(Names))]
    public void The_golden_file_reads_and_writes_back_byte_for_byte(string name)
    {
        byte[] golden = Golden(name + ".json");
        Assert.Equal(Encoding.UTF8.GetString(golden), Encoding.UTF8.GetString(Find(name).ReadAndWrite(golden)));
    }

    [Fact]
    public void The_user_properties_of_the_golden_batch_are_the_golden_ones_and_prove_its_chain()
    {
        AssertGolden("batch-properties.txt", Encoding.UTF8.GetBytes(GoldenWire.Properties.TrimEnd('\n')));
        KeyValuePair<string, string>[] properties = [.. Encoding.UTF8.GetString(Golden("batch-properties.txt")).Split('\n')
            .Select(line => line.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1]))];
        Assert.True(BatchProperties.TryRead(properties, out BatchProperties? named));
        Assert.True(Batch.TryRead(Golden("batch.json"), out BatchHead? head, out IReadOnlyList<ReadOnlyMemory<byte>> items, out _));
        Assert.Equal(named, BatchProperties.Of(head!, items));
    }

    [Fact]
    public void The_user_properties_of_an_item_that_stands_for_a_range_are_the_golden_ones()
    {
        AssertGolden("batch-properties-range.txt", Encoding.UTF8.GetBytes(GoldenWire.RangeProperties.TrimEnd('\n')));
        KeyValuePair<string, string>[] properties = [.. Encoding.UTF8.GetString(Golden("batch-properties-range.txt")).Split('\n')
            .Select(line => line.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1]))];
        Assert.True(BatchProperties.TryRead(properties, out BatchProperties? named));
        Assert.Equal((41, 1, 90L, 90L), (named!.First, named.Count, named.Through, named.Last));
    }

    [Theory]
    [InlineData("through", "40")] // below first
    [InlineData("through", "x")]
    [InlineData("through", "")]
    [InlineData("count", "2")] // only one item can stand for a range
    public void User_properties_of_a_range_that_contradict_each_other_are_not_usable(string name, string value)
    {
        KeyValuePair<string, string>[] properties = [.. Encoding.UTF8.GetString(Golden("batch-properties-range.txt")).Split('\n')
            .Select(line => line.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], string.Equals(pair[0], name, StringComparison.Ordinal) ? value : pair[1]))];
        Assert.False(BatchProperties.TryRead(properties, out _));
    }

    /// <summary>A kind that this version does not know goes to quarantine, to be taken after an upgrade.</summary>
    [Theory]
    [InlineData("finding", "command-done")]
    public void A_kind_of_a_later_version_is_refused_by_its_name_and_does_not_stop_the_batch(string name, string kind)
    {
        byte[] later = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Golden(name + ".json")).Replace($"\"kind\":\"{name}\"", $"\"kind\":\"{kind}\"", StringComparison.Ordinal));
        Assert.False(WireItems.TryRead(later, out Item? item, out string problem));
        Assert.Equal((null, $"kind '{kind}' is not known to this version"), (item, problem));
        Assert.True(Batch.TryRead(Batch.Write(GoldenWire.Head, [later, .. GoldenWire.Three]), out _, out IReadOnlyList<ReadOnlyMemory<byte>> items, out _));
        Assert.Equal(4, items.Count);
    }

    /// <summary>What was proposed for a kind while it was not yet known is read now that it is: quarantined then, taken again since.</summary>
    [Theory]
    [InlineData("later-gone", typeof(GoneItem))]
    [InlineData("later-help", typeof(HelpItem))]
    [InlineData("later-thinned", typeof(ThinnedItem))]
    [InlineData("later-time-corrected", typeof(TimeCorrectedItem))]
    public void A_kind_that_was_only_proposed_before_is_read_in_its_proposed_form(string name, Type kind)
    {
        Assert.True(WireItems.TryRead(Golden(name + ".json"), out Item? item, out string problem), problem);
        Assert.IsType(kind, item);
    }

    [Fact]
    public void An_optional_field_that_a_later_version_adds_is_passed_over()
    {
        byte[] later = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Golden("reading-good.json")).Replace("\"unit\"", "\"posture\":{\"sitting\":[true]},\"unit\"", StringComparison.Ordinal));
        Assert.True(WireItems.TryRead(later, out Item? item, out string problem), problem);
        Assert.Equal(GoldenWire.Pulse.Value, Assert.IsType<ReadingItem>(item).Value);
    }

    [Fact]
    public void Every_file_of_the_folder_belongs_to_a_situation_and_is_explained()
    {
        string readme = File.ReadAllText(Tree.At("tests", "golden", "README.md"));
        foreach (string file in Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)!))
        {
            Assert.Contains($"`{file}`", readme, StringComparison.Ordinal);
            Assert.True(file.StartsWith("later-", StringComparison.Ordinal) || file is "batch-properties.txt" or "batch-properties-range.txt"
                || GoldenWire.All.Any(situation => string.Equals(situation.Name + ".json", file, StringComparison.Ordinal)), file);
        }
    }

    [Fact]
    public void A_reading_that_is_no_number_says_value_null_with_its_special_and_an_answer_has_no_value()
    {
        Assert.Contains("\"value\":null,\"special\":\"nan\"", Encoding.UTF8.GetString(Golden("reading-unusable-nan.json")), StringComparison.Ordinal);
        Assert.DoesNotContain("value", Encoding.UTF8.GetString(Golden("answer.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_chain_is_the_first_8_bytes_of_SHA_256_over_the_chain_before_and_the_items_bytes()
    {
        // sha256 of 8 zero bytes followed by 7b 7d, computed with coreutils: printf '\0\0\0\0\0\0\0\0{}' | sha256sum
        Assert.Equal("9bf2cdb8cad05b13", Chain.Zero.Next("{}"u8).ToString());
        Assert.Equal("0000000000000000", Chain.Zero.ToString());
    }

    private static Situation Find(string name) => GoldenWire.All.Single(situation => string.Equals(situation.Name, name, StringComparison.Ordinal));

    internal static byte[] Golden(string file)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(Folder, file));
        Assert.Equal((byte)'\n', bytes[^1]); // the file ends its line; the message does not
        return bytes[..^1];
    }

    private static void AssertGolden(string file, byte[] written)
    {
        if (Rewrites)
        {
            File.WriteAllBytes(Path.Combine(Folder, file), [.. written, (byte)'\n']);
        }
        Assert.Equal(Encoding.UTF8.GetString(Golden(file)), Encoding.UTF8.GetString(written));
    }
}
