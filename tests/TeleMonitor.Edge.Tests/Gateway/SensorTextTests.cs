using System.Text.RegularExpressions;
using System.Xml.Linq;
using TeleMonitor.Gateway;
using TeleMonitor.Gateway.Sensors.Bluetooth;
using TeleMonitor.Gateway.Sensors.Wired;
using TeleMonitor.Vitals.Readings;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Edge.Tests.Gateway;

/// <summary>What is said to people: in both languages, and never a value to whoever must not see one.</summary>
public sealed partial class SensorTextTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly BondedDevice Cuff = new("AA:BB:CC:00:00:01", "ble-cuff", Noon);

    [Theory]
    [InlineData("HelpText")]
    [InlineData("SensorText")]
    public void Both_languages_have_every_sentence_with_the_same_places_for_values(string name)
    {
        Dictionary<string, string> danish = Read($"{name}.resx"), english = Read($"{name}.en.resx");
        Assert.NotEmpty(danish);
        Assert.Equal(danish.Keys.Order(), english.Keys.Order());
        Assert.All(danish, text => Assert.Equal(Places(text.Value), Places(english[text.Key])));
    }

    [Fact]
    public void Every_state_end_and_question_has_its_sentence()
    {
        Assert.All(Enum.GetValues<KernelFault>(), fault => Assert.NotEmpty(SensorText.State(fault).Danish));
        Assert.All(Enum.GetValues<BusFailure>(), failure => Assert.NotEmpty(SensorText.Radio(new BlueZState(failure, "")).Danish));
        Assert.All(Enum.GetValues<PairingEnd>(), end => Assert.NotEmpty(SensorText.Paired(new PairingResult(end, Cuff)).Danish));
        Assert.All(Enum.GetValues<PairingQuestionKind>(), kind => Assert.NotEmpty(SensorText.Question(new PairingQuestion(kind, Cuff.Address, 12)).Danish));
        Assert.All(Enum.GetValues<SensorNewsKind>(), kind => Assert.NotEmpty(SensorText.News(new SensorNews(kind, "ble-cuff"), Shipped.Config.Sensors).Danish));
        Assert.Equal("Viser apparatet tallet 000012? Skriv j for ja.", SensorText.Question(new PairingQuestion(PairingQuestionKind.CompareNumber, Cuff.Address, 12)).Danish);
    }

    [Theory]
    [InlineData("ble-cuff", "Blodtryksmåler")]
    [InlineData("ble-oximeter", "Oximeter")]
    [InlineData("ble-scale", "Vægt")]
    [InlineData("ble-thermometer", "Termometer")]
    [InlineData("ble-heart-rate", "Pulsmåler")]
    [InlineData("help-button", "Hjælpeknap")]
    [InlineData("tmp102", "Sensor")]
    [InlineData("replay", "Sensor")]
    [InlineData("absent", "Sensor")]
    public void A_model_is_named_in_plain_words(string model, string kind) => Assert.Equal(kind, SensorText.Kind(Shipped.Config.Sensors.GetValueOrDefault(model)).Danish);

    [Theory]
    [InlineData(null, "Endnu ikke hørt.")]
    [InlineData(-60, "Sidst hørt for under to minutter siden.")] // the clock was set back since
    [InlineData(119, "Sidst hørt for under to minutter siden.")]
    [InlineData(120, "Sidst hørt for 2 minutter siden.")]
    [InlineData(7199, "Sidst hørt for 119 minutter siden.")]
    [InlineData(7200, "Sidst hørt for 2 timer siden.")]
    [InlineData(172800, "Sidst hørt for 2 dage siden.")]
    public void When_a_device_was_heard_is_said_in_words(int? secondsAgo, string expected) =>
        Assert.Equal(expected, SensorText.Heard(secondsAgo is { } ago ? Noon.AddSeconds(-ago) : null, Noon).Danish);

    [Theory]
    [InlineData("ble-cuff", false, "battery", "Radioen kender den ikke længere. Brug: sensors forget ble-cuff.0001, og så sensors pair.")]
    [InlineData("absent", false, "link", "Modellen findes ikke i firmware-config/sensors, så intet fra den kan læses. Opdatér gatewayens filer.")]
    [InlineData("ble-cuff", null, "link", "Gatewayen kan ikke få forbindelse. Sæt nye batterier i, læg den tæt på gatewayen, og mål igen.")]
    [InlineData("ble-cuff", true, "frame", "Den sender noget, som gatewayen ikke kan læse. Notér model og navn, og skift apparatet.")]
    [InlineData("ble-cuff", true, "unit", "Den måler i en anden enhed, så dens målinger ikke kan bruges. Stil den på mmHg, °C eller kg, som dens vejledning siger, og mål igen.")]
    [InlineData("ble-cuff", true, "", "Virker.")]
    [InlineData("ble-cuff", true, null, "Er parret, men har ikke sendt nogen måling endnu. Læg den tæt på gatewayen, og mål én gang.")]
    public void What_must_be_mended_first_is_said_first(string model, bool? bonded, string? trouble, string expected) => Assert.Equal(
        expected, SensorText.State(Cuff, Shipped.Config.Sensors.GetValueOrDefault(model), trouble is null ? null : new HeardDevice(Cuff.Address, Noon, 50, trouble), bonded).Danish);

    [Theory]
    [InlineData(nameof(BatteryOutlook.Known), 40, "Rækker cirka 40 dage endnu.")]
    [InlineData(nameof(BatteryOutlook.Known), 1, "Rækker højst en dag endnu.")]
    [InlineData(nameof(BatteryOutlook.Known), 0, "Rækker højst en dag endnu.")]
    [InlineData(nameof(BatteryOutlook.TooLittleData), null, "Hvor længe det rækker, vides efter en uges målinger.")]
    [InlineData(nameof(BatteryOutlook.HardlyFalls), null, "Det falder næsten ikke.")]
    [InlineData(nameof(BatteryOutlook.Uneven), null, "Det falder for ujævnt til at sige, hvor længe det rækker.")]
    public void How_long_a_battery_lasts_is_said_or_why_nobody_knows(string outlook, int? days, string expected) =>
        Assert.Equal(expected, SensorText.Lasts(new BatteryForecast(Enum.Parse<BatteryOutlook>(outlook), days)).Danish);

    /// <summary>Every value there is gives the same sentence: what is said cannot tell one from another.</summary>
    [Fact]
    public void What_came_is_said_alike_whatever_its_value()
    {
        string[] Said(double systolic) =>
        [
            .. SensorWatch.Of([Reading(1, systolic), Reading(2, systolic / 2), Reading(3, systolic, sensor: "ble-oximeter", whose: 0), Reading(4, systolic, sensor: "ble-scale", grade: "unusable")])
                .SelectMany(news => SensorText.News(news, Shipped.Config.Sensors) is var line ? new[] { line.Danish, line.English } : []),
        ];
        string[] first = Said(120);
        Assert.Equal(
            ["Måling modtaget fra blodtryksmåleren.", "Måling modtaget fra oximeteret, men ingen ved, hvis den er. Den gemmes og tæller for ingen; par apparatet igen med --users.",
                "Måling modtaget fra vægten, men den kan ikke bruges. Bed borgeren måle igen."], first.Where((_, at) => at % 2 == 0));
        Assert.All(Enumerable.Range(0, 1000), tenth => Assert.Equal(first, Said(tenth / 2.5)));
    }

    [Fact]
    public void Several_measurements_at_once_are_counted_and_faults_of_sensors_are_told_and_no_other()
    {
        IReadOnlyList<SensorNews> news = SensorWatch.Of(
        [
            Reading(1, 97, sensor: "ble-oximeter"), Reading(2, 96, sensor: "ble-oximeter", second: 1), Finding("sensor/ble-cuff.0001", null), Finding("sensor/bluetooth", true), Finding("uplink/lost", null),
        ]);
        Assert.Equal(
            ["2 målinger modtaget fra oximeteret.", "ble-cuff.0001: har en fejl nu: link", "bluetooth: fejlen er væk igen."],
            news.Select(one => SensorText.News(one, Shipped.Config.Sensors).Danish));
    }

    private static ReadingItem Reading(long tick, double value, string sensor = "ble-cuff", int whose = 7, string grade = "good", int second = 0) => new()
    {
        Kind = WireWord.Reading, Tick = tick, Code = VitalCode.Of(Vital.Systolic).Code, Assignment = whose, At = Noon.AddSeconds(second), Value = value, Unit = "mm[Hg]",
        Sensor = sensor, Grade = grade,
    };

    private static FindingItem Finding(string code, bool? over) => new()
    {
        Kind = WireWord.Finding, Tick = 9, Code = WireWord.FindingPrefix + code, Assignment = 0, At = Noon, Over = over, Detail = new Dictionary<string, string> { ["why"] = "link" },
    };

    private static Dictionary<string, string> Read(string file) => XDocument.Load(Tree.At($"edge/TeleMonitor.Gateway/{file}")).Root!.Elements("data")
        .ToDictionary(text => text.Attribute("name")!.Value, text => text.Element("value")!.Value);

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(place => place.Value).Distinct().Order();

    [GeneratedRegex(@"\{\d\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
