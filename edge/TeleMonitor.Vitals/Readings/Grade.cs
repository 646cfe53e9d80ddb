namespace TeleMonitor.Vitals.Readings;

/// <summary>How far a reading can be relied on, from best to worst.</summary>
public enum Grade : byte
{
    /// <summary>Within the sensor's specified range, nothing against it.</summary>
    Good,
    /// <summary>Scored, and shown as doubtful with its reasons.</summary>
    Doubtful,
    /// <summary>Stored and counted, never scored.</summary>
    Unusable,
}

/// <summary>Why a reading is not Good. The codes travel on the wire.</summary>
public static class GradeReason
{
    /// <summary>Not a number.</summary>
    public const string NotANumber = "nan";
    /// <summary>Plus or minus infinity.</summary>
    public const string Infinite = "infinite";
    /// <summary>The sensor said that it did not reach a value (NRes and the reserved codes).</summary>
    public const string NotReached = "not-reached";
    /// <summary>A value no living person has, by the sensor file's possible range.</summary>
    public const string Impossible = "impossible";
    /// <summary>Outside what the maker specifies for this sensor.</summary>
    public const string OutsideSpecified = "outside-specified";
    /// <summary>The same sensor time and value again: the sensor repeated itself.</summary>
    public const string Duplicate = "duplicate";
    /// <summary>The same sensor time with another value.</summary>
    public const string Conflict = "conflict";
    /// <summary>Diastolic is not below systolic of the same measurement.</summary>
    public const string DiastolicNotBelowSystolic = "dbp-not-below-sbp";
    /// <summary>The unit is not the one the code asks for.</summary>
    public const string UnitMismatch = "unit";
    /// <summary>An answer that is none of the known words.</summary>
    public const string UnknownWord = "unknown-word";
    /// <summary>No sensor file has this model.</summary>
    public const string UnknownSensor = "unknown-sensor";
    /// <summary>The sensor's file does not have this vital, so no possible range is known.</summary>
    public const string UnknownVital = "unknown-vital";
    /// <summary>A temperature of a surface or a room, not of a body: kept and shown, never scored.</summary>
    public const string NotBody = "not-body";
    /// <summary>Ear temperature: scored uncorrected, since no correction is published (clinical.md 1.6).</summary>
    public const string EarUncorrected = "ear-uncorrected";
    /// <summary>The sensor was not on the citizen: no finger, no skin contact, displaced, no pulse.</summary>
    public const string ProbeOff = "probe-off";
    /// <summary>The sensor says that it is broken or that the value is invalid.</summary>
    public const string DeviceFault = "device-fault";
    /// <summary>A demonstration, a test or a calibration.</summary>
    public const string NoMeasurement = "no-measurement";
    /// <summary>The sensor had not finished: its first guess.</summary>
    public const string EarlyEstimate = "early-estimate";
    /// <summary>The sensor calls its signal poor, erratic or questionable.</summary>
    public const string PoorSignal = "poor-signal";
    /// <summary>Too little blood in the finger for a sure value: cold hands, nail varnish, low pressure.</summary>
    public const string LowPerfusion = "low-perfusion";
    /// <summary>The citizen moved.</summary>
    public const string Motion = "motion";
    /// <summary>The cuff was too loose.</summary>
    public const string CuffLoose = "cuff-loose";
    /// <summary>Arm or body was in the wrong position.</summary>
    public const string Position = "position";
    /// <summary>A remark: the pulse was irregular. Of many citizens it always is.</summary>
    public const string IrregularPulse = "irregular-pulse";
    /// <summary>A temperature of finger or toe says little about the body's.</summary>
    public const string PeripheralSite = "peripheral-site";
    /// <summary>It changed more than a body does in so short a time: another person, a bad contact, or something sudden.</summary>
    public const string Jump = "jump";
    /// <summary>The same number again and again: the sensor may have stopped measuring.</summary>
    public const string Stuck = "stuck";
    /// <summary>The sensor measures since so short a time that its values may not have settled.</summary>
    public const string WarmUp = "warm-up";
    /// <summary>A remark: the sensor's clock was never set or shows no time.</summary>
    public const string SensorClock = "sensor-clock";
    /// <summary>When it was measured is not known: the sensor's own time cannot be, or is far from now and nothing tells how its clock stands.</summary>
    public const string SensorTime = "sensor-time";
    /// <summary>A remark: it was measured before the value that the same sensor gave before it.</summary>
    public const string OutOfOrder = "out-of-order";
    /// <summary>A remark: the sensor did not say whose it is; somebody at home said so on the home's own page.</summary>
    public const string Claimed = "claimed";
}

/// <summary>The lower-case words of <see cref="Grade"/>.</summary>
public static class GradeWord
{
    /// <summary>The word.</summary>
    public static string Of(Grade grade) => grade switch { Grade.Good => "good", Grade.Doubtful => "doubtful", _ => "unusable" };

    /// <summary>Reads a word; an unknown word reads as Unusable and false, since a grade never improves by misreading.</summary>
    public static bool TryRead(string? word, out Grade grade)
    {
        (bool known, grade) = word switch
        {
            "good" => (true, Grade.Good),
            "doubtful" => (true, Grade.Doubtful),
            "unusable" => (true, Grade.Unusable),
            _ => (false, Grade.Unusable),
        };
        return known;
    }
}
