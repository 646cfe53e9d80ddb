using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>Somebody near a citizen who may be rung.</summary>
/// <param name="Name">Name.</param>
/// <param name="Telephone">As it is dialled.</param>
/// <param name="Relation">What they are to the citizen, in the words of whoever wrote it.</param>
public sealed record Relative(string Name, string Telephone, string Relation)
{
    /// <summary>Nothing of anybody: it must not reach a log by being written out.</summary>
    public override string ToString() => "a relative";
}

/// <summary>Who a citizen is. Lies encrypted in the store, and is shown only when somebody asks for it, which is written down.</summary>
/// <param name="Id">Personal number and its kind.</param>
/// <param name="Name">Full name.</param>
/// <param name="Address">Where they live; may be empty.</param>
/// <param name="Telephone">May be empty.</param>
/// <param name="Relatives">Who may be rung.</param>
public sealed record Identity(PersonalId Id, string Name, string Address, string Telephone, IReadOnlyList<Relative> Relatives)
{
    /// <summary>Most characters of a name, an address or a relation.</summary>
    public const int MostText = 200;
    /// <summary>Most relatives.</summary>
    public const int MostRelatives = 6;

    /// <summary>First letters of the first and the last word of the name: what lists show.</summary>
    public string Initials
    {
        get
        {
            string[] words = Name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            IEnumerable<string> shown = words.Length > 1 ? [words[0], words[^1]] : words;
            return string.Concat(shown.Select(word => StringInfo.GetNextTextElement(word).ToUpperInvariant()));
        }
    }

    /// <summary>Nothing of anybody.</summary>
    public override string ToString() => "an identity";

    /// <summary>As it is encrypted.</summary>
    internal string Write() => JsonSerializer.Serialize(new Shape(Id.Number, Name, Address, Telephone, Relatives), IdentityJson.Default.Shape);

    /// <summary>As it was encrypted; null for anything else.</summary>
    internal static Identity? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, IdentityJson.Default.Shape) is { } shape && PersonalId.Read(shape.Number).Id is { } id
                ? new Identity(id, shape.Name, shape.Address, shape.Telephone, shape.Relatives) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The words of a name as they are searched: small letters, without accents; æ, ø and å as ae, oe and aa, which many write for them.</summary>
    public static IReadOnlyList<string> WordsOf(string name)
    {
        var plain = new StringBuilder();
        foreach (char letter in name.ToLowerInvariant().Replace("å", "aa", StringComparison.Ordinal).Replace("a\u030A", "aa", StringComparison.Ordinal).Normalize(NormalizationForm.FormD))
        {
            plain.Append(letter switch
            {
                'æ' => "ae",
                'ø' => "oe",
                'ß' => "ss",
                _ when CharUnicodeInfo.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark => "",
                '\'' or '’' => "",
                _ when char.IsLetterOrDigit(letter) => letter.ToString(),
                _ => " ",
            });
        }
        return [.. plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>A telephone number as it is searched: its digits, without the country's own prefix.</summary>
    public static string DigitsOf(string telephone)
    {
        string digits = string.Concat(telephone.Where(char.IsAsciiDigit));
        string own = telephone.TrimStart();
        return own.StartsWith("+45", StringComparison.Ordinal) ? digits[2..] : own.StartsWith("0045", StringComparison.Ordinal) ? digits[4..] : digits;
    }

    internal sealed record Shape(string Number, string Name, string Address, string Telephone, IReadOnlyList<Relative> Relatives);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Identity.Shape))]
internal sealed partial class IdentityJson : JsonSerializerContext;
