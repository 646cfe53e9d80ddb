using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using TeleMonitor.Care.Routing;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>One citizen of a file.</summary>
/// <param name="Line">Line that the row begins on, from 1.</param>
/// <param name="Citizen">Pseudonym of one who has a kit already; null for a new citizen.</param>
/// <param name="Identity">Who it is.</param>
/// <param name="Area">Municipality slug or postcode; empty only for one who has a place already.</param>
/// <param name="Monitoring">True where the citizen agrees to monitoring.</param>
public sealed record CitizenFileRow(int Line, string? Citizen, Identity Identity, string Area, bool Monitoring);

/// <summary>
/// A register as another system writes it out: UTF-8, a header, semicolon or comma between fields (RFC 4180). Every problem is named by line and
/// field, at once and without what stands there.
/// </summary>
public static class CitizenFile
{
    private const string Citizen = "citizen", Number = "number", Name = "name", Address = "address", Telephone = "telephone", Area = "area", Monitoring = "monitoring",
        RelativeName = "relative_name", RelativeTelephone = "relative_telephone", Relation = "relation";

    /// <summary>The fields by each of their names, English and Danish.</summary>
    private static readonly Dictionary<string, string> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        [Citizen] = Citizen, ["borger"] = Citizen, [Number] = Number, ["cpr"] = Number, ["cpr-nummer"] = Number, [Name] = Name, ["navn"] = Name, [Address] = Address, ["adresse"] = Address,
        [Telephone] = Telephone, ["telefon"] = Telephone, [Area] = Area, ["kommune"] = Area, ["postnummer"] = Area, [Monitoring] = Monitoring, ["samtykke"] = Monitoring,
        [RelativeName] = RelativeName, ["paaroerende"] = RelativeName, ["pårørende"] = RelativeName, [RelativeTelephone] = RelativeTelephone, ["pårørende telefon"] = RelativeTelephone,
        [Relation] = Relation,
    };

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="file">Its name, for the problems.</param>
    /// <param name="topology">Knows the places.</param>
    /// <param name="problems">Every problem; empty when there is none.</param>
    /// <param name="warnings">What a person must see to and what is taken all the same.</param>
    public static IReadOnlyList<CitizenFileRow> Read(byte[] bytes, string file, Topology topology, out IReadOnlyList<string> problems, out IReadOnlyList<string> warnings)
    {
        var found = new List<string>();
        var warned = new List<string>();
        (problems, warnings) = (found, warned);
        if (TextOf(bytes, file, found) is not { } text)
        {
            return [];
        }
        var bad = new List<int>();
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = Delimiter(text), BadDataFound = wrong => bad.Add(wrong.Context.Parser?.RawRow ?? 0), TrimOptions = TrimOptions.Trim, DetectColumnCountChanges = false,
        };
        using var parser = new CsvParser(new StringReader(text), configuration);
        string[] header = parser.Read() ? parser.Record ?? [] : [];
        string?[] columns = [.. header.Select(name => Fields.GetValueOrDefault(name.Trim()))];
        CheckHeader(file, header, columns, found);
        var rows = new List<CitizenFileRow>();
        var wrong = new List<string>(); // of the rows; without a header that is understood they mean nothing
        int line = parser.RawRow + 1;
        while (found.Count == 0 && parser.Read())
        {
            ReadRow(file, line, columns, parser.Record ?? [], topology, rows, wrong, warned);
            line = parser.RawRow + 1;
        }
        found.AddRange(wrong);
        found.AddRange(bad.Distinct().Select(at => $"{file}: line {at}: a quotation mark stands where none may"));
        found.AddRange(rows.GroupBy(row => row.Identity.Id.Number, StringComparer.Ordinal).Where(same => same.Skip(1).Any())
            .Select(same => $"{file}: line {same.ElementAt(1).Line}: number: stands in line {same.First().Line} too"));
        return found.Count == 0 ? rows : [];
    }

    private static void ReadRow(string file, int line, string?[] columns, string[] record, Topology topology, List<CitizenFileRow> rows, List<string> found, List<string> warned)
    {
        string Of(string field) => Array.IndexOf(columns, field) is var at and >= 0 && at < record.Length ? record[at] : "";
        string place = $"{file}: line {line}: ";
        if (record.Length != columns.Length)
        {
            found.Add($"{place}has {record.Length} fields, the header has {columns.Length}");
            return;
        }
        int before = found.Count;
        Relative[] relatives = Of(RelativeName).Length + Of(RelativeTelephone).Length > 0 ? [new Relative(Of(RelativeName), Of(RelativeTelephone), Of(Relation))] : [];
        (Identity? identity, RegisterProblem problem) = RegisterRules.Identity(Of(Number), Of(Name), Of(Address), Of(Telephone), relatives);
        if (Sentence(problem) is { } wrong)
        {
            found.Add(place + wrong);
        }
        string citizen = Of(Citizen), area = Of(Area);
        if (area.Length == 0 ? citizen.Length == 0 : !RegisterRules.IsArea(topology, area))
        {
            found.Add($"{place}area: must be a municipality of topology {topology.Id}, as a slug such as {topology.Municipalities[0].Slug}, or one of its postcodes");
        }
        bool? agrees = Of(Monitoring).ToLowerInvariant() switch { "ja" or "yes" or "1" => true, "nej" or "no" or "0" or "" => false, _ => null };
        if (agrees is null)
        {
            found.Add($"{place}monitoring: must be ja or nej");
        }
        if (identity is { Id: { IsAdministrative: true } })
        {
            warned.Add($"{place}number: is administrative (day + 60); a person must see to it");
        }
        else if (identity is { Id.PassesModulus11: false })
        {
            warned.Add($"{place}number: does not pass modulus 11, as valid ones need not; check that it was typed right");
        }
        if (found.Count == before)
        {
            rows.Add(new CitizenFileRow(line, citizen.Length == 0 ? null : citizen, identity!, area, agrees!.Value));
        }
    }

    private static string? Sentence(RegisterProblem problem) => problem switch
    {
        RegisterProblem.None => null,
        RegisterProblem.NumberEmpty => "number: is missing",
        RegisterProblem.NumberLength => "number: must have 10 characters, with or without a hyphen",
        RegisterProblem.NumberForm => "number: must be 10 digits or a replacement number",
        RegisterProblem.NumberDate => "number: its first six digits are no date",
        RegisterProblem.NameMissing => "name: is missing",
        RegisterProblem.TelephoneForm => "telephone: must be 3 to 15 digits, with a + before where needed",
        RegisterProblem.RelativeForm => "relative_name: is missing beside a relative's telephone",
        _ => $"a field is longer than {Identity.MostText} characters, or has characters that cannot be kept",
    };

    private static void CheckHeader(string file, string[] header, string?[] columns, List<string> found)
    {
        found.AddRange(header.Where((_, at) => columns[at] is null).Select((name, _) => $"{file}: line 1: column '{Shown(name)}' is none of {string.Join(", ", Fields.Values.Distinct(StringComparer.Ordinal))}"));
        found.AddRange(columns.OfType<string>().GroupBy(name => name, StringComparer.Ordinal).Where(same => same.Skip(1).Any()).Select(same => $"{file}: line 1: column {same.Key} stands twice"));
        found.AddRange(new[] { Number, Name }.Except(columns.OfType<string>(), StringComparer.Ordinal).Select(name => $"{file}: line 1: column {name} is missing"));
    }

    /// <summary>A file without a header has somebody's data in its first line: what looks like it is not repeated.</summary>
    private static string Shown(string name) => name.Length <= 30 && !name.Any(char.IsDigit) ? name : "…";

    /// <summary>Whichever stands more often in the first line.</summary>
    private static string Delimiter(string text)
    {
        ReadOnlySpan<char> first = text.AsSpan(0, text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? end : text.Length);
        return first.Count(',') > first.Count(';') ? "," : ";";
    }

    private static string? TextOf(byte[] bytes, string file, List<string> found)
    {
        try
        {
            string text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
        catch (DecoderFallbackException wrong)
        {
            int line = 1 + bytes.AsSpan(0, Math.Max(0, wrong.Index)).Count((byte)'\n');
            found.Add($"{file}: line {line}: is not UTF-8, perhaps Latin-1 or Windows-1252: write the file out as UTF-8 (in Excel \"CSV UTF-8\")");
            return null;
        }
    }
}
