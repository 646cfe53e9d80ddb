using System.Globalization;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Gateway.Sensors.Wired;
using TeleMonitor.Vitals.Quality;

namespace TeleMonitor.Gateway;

/// <summary>What a support worker on the telephone reads about sensors: never a value. SensorText.resx is Danish, SensorText.en.resx English.</summary>
internal static class SensorText
{
    private static readonly TextFile Texts = new("SensorText");
    private static readonly string[] Kinds = ["systolic", "spo2", "weight", "temperature", "pulse"]; // the first of them that a model measures names it

    /// <summary>Any sentence of the file.</summary>
    public static TextLine Line(string key, params object[] values) => Texts.Line(key, values);

    /// <summary>What a model is in plain words, as a heading.</summary>
    public static TextLine Kind(SensorFile? model) => Texts.Line("kind-" + KindOf(model));

    /// <summary>What a model is in plain words, inside a sentence: "oximeteret".</summary>
    public static TextLine The(SensorFile? model) => Texts.Line("the-" + KindOf(model));

    /// <summary>How the radio is, and what to do.</summary>
    public static TextLine Radio(BlueZState state) => Texts.Line("radio-" + (state.Missing is { } missing ? BluetoothRules.WordOf(missing) : "well"));

    /// <summary>How a bonded device is, and what to do. The first that holds counts: what must be mended first comes first.</summary>
    /// <param name="bond">The device.</param>
    /// <param name="model">Its model's file; null where there is none.</param>
    /// <param name="heard">How it was last; null when never heard.</param>
    /// <param name="bonded">Whether bluetoothd holds its key; null when it cannot be asked.</param>
    public static TextLine State(BondedDevice bond, SensorFile? model, HeardDevice? heard, bool? bonded) =>
        model is null ? Texts.Line("state-unknown-model")
        : bonded is false ? Texts.Line("state-not-bonded", bond.Name)
        : heard is { Trouble: "link" or "frame" or "unit" or "battery" } ? Texts.Line("state-" + heard.Trouble)
        : heard?.At is null ? Texts.Line("state-never")
        : Texts.Line("state-well");

    /// <summary>How a sensor behind a kernel driver is, and what to do.</summary>
    public static TextLine State(KernelFault fault) => Texts.Line(fault switch
    {
        KernelFault.None => "state-wired-well",
        KernelFault.NotFound or KernelFault.Ambiguous or KernelFault.TimedOut or KernelFault.Denied => "state-" + KernelRead.WordOf(fault),
        _ => "state-failed",
    });

    /// <summary>When a device was last heard.</summary>
    public static TextLine Heard(DateTimeOffset? at, DateTimeOffset now) => at is not { } known ? Texts.Line("heard-never") : (now - known) switch
    {
        { TotalMinutes: < 2 } => Texts.Line("heard-minute"),
        { TotalHours: < 2 } age => Texts.Line("heard-minutes", (int)age.TotalMinutes),
        { TotalDays: < 2 } age => Texts.Line("heard-hours", (int)age.TotalHours),
        var age => Texts.Line("heard-days", (int)age.TotalDays),
    };

    /// <summary>How its battery was, and how long it lasts or why that is not known.</summary>
    public static TextLine Battery(SensorFile? model, HeardDevice? heard, DateTimeOffset now) =>
        heard?.BatteryPercent is { } known ? TextLine.Join(Texts.Line("battery", known), Lasts(BatteryForecast.Of(heard.Battery ?? [], now)))
        : Texts.Line(model?.Device?.Battery is SensorDevice.BatteryNone ? "battery-none" : "battery-unknown");

    /// <summary>How long a battery lasts.</summary>
    public static TextLine Lasts(BatteryForecast forecast) => forecast.Outlook switch
    {
        BatteryOutlook.TooLittleData => Texts.Line("battery-too-little-data"),
        BatteryOutlook.HardlyFalls => Texts.Line("battery-hardly-falls"),
        BatteryOutlook.Uneven => Texts.Line("battery-uneven"),
        _ => forecast.Days is { } days and > 1 ? Texts.Line("battery-days", days) : Texts.Line("battery-a-day"),
    };

    /// <summary>What came, without its value.</summary>
    /// <param name="news">What.</param>
    /// <param name="models">Sensor files by id.</param>
    public static TextLine News(SensorNews news, IReadOnlyDictionary<string, SensorFile> models)
    {
        TextLine the = The(models.GetValueOrDefault(news.Sensor));
        return news.Kind switch
        {
            SensorNewsKind.Pressed => Texts.Line("pressed"),
            SensorNewsKind.Unusable => Texts.Line("came-unusable", the),
            SensorNewsKind.Nobodys => Texts.Line("came-nobody", the),
            SensorNewsKind.Fault => Texts.Line("finding-begins", news.Sensor, news.Word),
            SensorNewsKind.FaultOver => Texts.Line("finding-over", news.Sensor),
            _ => news.Count > 1 ? Texts.Line("came-many", the, news.Count) : Texts.Line("came", the),
        };
    }

    /// <summary>A question of a device that is being paired.</summary>
    public static TextLine Question(PairingQuestion question) => Texts.Line(
        question.Kind switch
        {
            PairingQuestionKind.CompareNumber => "ask-compare-number",
            PairingQuestionKind.Allow => "ask-allow",
            PairingQuestionKind.TypeNumber => "ask-type-number",
            _ => "ask-show-number",
        },
        question.Number?.ToString("D6", CultureInfo.InvariantCulture) ?? "");

    /// <summary>How a pairing ended.</summary>
    public static TextLine Paired(PairingResult result) => result.End switch
    {
        PairingEnd.PairedProven => Texts.Line("paired-proven", result.Bond!.Name),
        PairingEnd.PairedNotProven => Texts.Line("paired-not-proven", result.Bond!.Name),
        PairingEnd.Refused => Texts.Line("pair-refused"),
        PairingEnd.OutOfReach => Texts.Line("pair-out-of-reach"),
        PairingEnd.TimedOut => Texts.Line("pair-timed-out"),
        PairingEnd.Unproven => Texts.Line("pair-unproven"),
        PairingEnd.NotWritten => Texts.Line("pair-not-written", result.Detail),
        _ => Texts.Line("failed", result.Detail),
    };

    private static string KindOf(SensorFile? model) => model?.Device switch
    {
        null => "other", // typed, replayed or simulated
        { Bus: SensorDevice.Gpio } => "button",
        _ => Array.Find(Kinds, model.Vitals.ContainsKey) ?? "other",
    };
}
