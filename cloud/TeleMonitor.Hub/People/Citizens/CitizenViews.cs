using System.Globalization;
using Microsoft.Extensions.Localization;
using TeleMonitor.Care.Cases;
using TeleMonitor.Hub.Boards;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Plans;

namespace TeleMonitor.Hub.People.Citizens;

/// <summary>The words of a page of the register: texts of its language, times of the topology's zone, names of its places.</summary>
public sealed class CitizenWords(IStringLocalizer<CitizenText> text, HubData data, DateTimeOffset now)
{
    /// <summary>When the page was made.</summary>
    public DateTimeOffset Now => now;

    /// <summary>Data that names places and plans.</summary>
    public HubData Data => data;

    /// <summary>A text by its key.</summary>
    public string this[string key] => text[key].Value;

    /// <summary>A text with its values.</summary>
    public string this[string key, params object[] values] => text[key, values].Value;

    /// <summary>Text of a word of an enumeration: <c>kind-word</c>.</summary>
    public string Of<T>(string kind, T value) where T : struct, Enum => text[$"{kind}-{CaseWord.Of(value)}"].Value;

    /// <summary>Date and time of day where the hub's topology is.</summary>
    public string Time(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, data.Topology.Zone).ToString("dd-MM-yyyy HH:mm", CultureInfo.InvariantCulture);

    /// <summary>From and until.</summary>
    public string Span(DateTimeOffset from, DateTimeOffset? to) => to is { } end ? text["span", Time(from), Time(end)].Value : text["since", Time(from)].Value;

    /// <summary>Name of a municipality; a postcode with its municipality.</summary>
    public string Area(string area)
    {
        string? postcode = data.Topology.Postcodes.FirstOrDefault(one => one.Code == area)?.Municipality;
        string? name = data.Topology.Municipalities.FirstOrDefault(one => one.Slug == (postcode ?? area))?.Name;
        return name is null ? area : postcode is null ? name : $"{area} {name}";
    }

    /// <summary>A local time as a form has it, e.g. <c>2026-11-23T10:00</c>.</summary>
    /// <returns>Null where it is no time, or one that the clock leaps over.</returns>
    public static DateTimeOffset? ReadTime(string? typed, TimeZoneInfo zone) =>
        DateTime.TryParseExact(typed, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local) && local.Year is > 1900 and < 3000
        && !zone.IsInvalidTime(local) ? new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime() : null;
}

/// <summary>One line of the list.</summary>
/// <param name="Citizen">As the viewer sees them.</param>
/// <param name="Initials">Empty where nobody has written down who it is.</param>
/// <param name="Masked">Birth date only; empty likewise.</param>
/// <param name="Place">Where they are now; empty where nobody has said.</param>
/// <param name="Plan">What they follow now; empty for none.</param>
public sealed record CitizenLine(SeenCitizen Citizen, string Initials, string Masked, string Place, string Plan);

/// <summary>The list, or what was found.</summary>
/// <param name="Frame">What stands round the page.</param>
/// <param name="Words">Its words.</param>
/// <param name="Lines">Rows.</param>
/// <param name="Typed">What was searched; empty for the list.</param>
/// <param name="Next">Where the next page begins; null after the last.</param>
/// <param name="MayRegister">True when the viewer registers citizens.</param>
public sealed record CitizensView(FrameView Frame, CitizenWords Words, IReadOnlyList<CitizenLine> Lines, string Typed, string? Next, bool MayRegister);

/// <summary>What a form of the register needs.</summary>
/// <param name="Frame">What stands round the page.</param>
/// <param name="Words">Its words.</param>
public record CitizenFormView(FrameView Frame, CitizenWords Words)
{
    /// <summary>Why an act was refused; empty when none was.</summary>
    public string Problem { get; init; } = "";
    /// <summary>What was just done; empty when nothing was.</summary>
    public string Done { get; init; } = "";
    /// <summary>What was typed when an act was refused: nothing is lost.</summary>
    public CitizenInput Input { get; init; } = new();
}

/// <summary>One citizen.</summary>
/// <param name="Frame">What stands round the page.</param>
/// <param name="Words">Its words.</param>
/// <param name="Line">Citizen, initials, masked number, place and plan.</param>
public sealed record CitizenView(FrameView Frame, CitizenWords Words, CitizenLine Line) : CitizenFormView(Frame, Words)
{
    /// <summary>True when the viewer may change this citizen.</summary>
    public bool MayChange { get; init; }
    /// <summary>True when the viewer may be shown who it is.</summary>
    public bool MayReveal => Line.Citizen is { Standing: not CitizenStanding.Former, Row: not null };
    /// <summary>Who it is; null until somebody asks for it.</summary>
    public Identity? Revealed { get; init; }
    /// <summary>What a person must see to with the number; empty for nothing.</summary>
    public IReadOnlyList<string> NumberMarks { get; init; } = [];
    /// <summary>Where they were, are and will be.</summary>
    public IReadOnlyList<Place> Places { get; init; } = [];
    /// <summary>What they agreed to.</summary>
    public IReadOnlyList<Consent> Consents { get; init; } = [];
    /// <summary>Their kits: number, loan, and whether a wipe is awaited.</summary>
    public IReadOnlyList<(string Kit, Assignment Loan, bool IsWipeAwaited)> Loans { get; init; } = [];
    /// <summary>Their plans.</summary>
    public IReadOnlyList<CitizenPlan> Plans { get; init; } = [];
    /// <summary>Planned absences.</summary>
    public IReadOnlyList<PlanPause> Pauses { get; init; } = [];
    /// <summary>Kits that nobody has.</summary>
    public IReadOnlyList<Kit> FreeKits { get; init; } = [];

    /// <summary>Version that an act must name.</summary>
    public long Version => Line.Citizen.Row?.Version ?? 0;
    /// <summary>True while the citizen agrees to it.</summary>
    public bool Agrees(ConsentKind kind) => Consents.Any(consent => consent.Kind == kind && consent.WithdrawnAt is null);
    /// <summary>The loan that runs; null without one.</summary>
    public Assignment? OpenLoan => Loans.LastOrDefault(one => one.Loan.To is null || one.Loan.To > Words.Now).Loan;
    /// <summary>The pause that runs; null without one.</summary>
    public PlanPause? Running => Pauses.LastOrDefault(pause => pause.Holds(Words.Now));
    /// <summary>Title: initials and masked number, or the pseudonym.</summary>
    public string Title => Line.Initials.Length > 0 ? $"{Line.Initials} {Line.Masked}" : Line.Citizen.Citizen;
}
