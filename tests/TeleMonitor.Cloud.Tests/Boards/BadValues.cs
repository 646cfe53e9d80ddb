using System.Text;

namespace TeleMonitor.Cloud.Tests.Boards;

/// <summary>What an attacker, a fault or a careless program writes into a field, percent-encoded as it goes over the wire.</summary>
internal static class BadValues
{
    /// <summary>Stands in everything that must come back escaped or not at all.</summary>
    public const string Script = "<script>alert('tm-x')</script>", Image = "\"><img src=x onerror=alert(1)>", Product = "9802547";

    private static readonly string[] Words =
    [
        "", " ", "0", "-1", "01", "+1", "1.5", "1e309", "NaN", "0x10", "true", "null", "999999999999999999999999", "9223372036854775808", "-9223372036854775809", "\u0661\u0662",
        new string('\u00e6', 700), string.Concat(Enumerable.Repeat("\U0001F489", 500)), "a\u0301\u202e\u200b\ufeff", "a\0b", "\u0001\u001b[31m\u007f", "x\r\nX-Injected: 1\r\nSet-Cookie: tm=1",
        "../../../../etc/passwd", "..\\..\\windows\\win.ini", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "file:///etc/passwd", "' or '1'='1", "1; drop table care_case;--", "\" or \"\"=\"", "1 union select password from account",
        Script, Image, "javascript:alert(1)", "//evil.example/", "/\\evil.example", "{{1337*7331}}", "${1337*7331}", "@(1337*7331)", "#{1337*7331}", "%n%s%x", "$(id)", "`id`", "(|(uid=*))", "<!ENTITY x SYSTEM \"file:///etc/passwd\">",
    ];

    /// <summary>Bytes that are no UTF-8: overlong, half a pair, of no character.</summary>
    private static readonly string[] Broken = ["%c0%af", "%e0%80%af", "%ed%a0%80", "%ff%fe", "a%80b", "%00", "%", "%zz", "%u0041"];

    /// <summary>All, percent-encoded.</summary>
    public static IReadOnlyList<string> Encoded { get; } = [.. Words.Select(Uri.EscapeDataString), .. Broken];

    /// <summary>Bodies that are no JSON of any shape here, or too much of it.</summary>
    public static IReadOnlyList<byte[]> Json { get; } =
    [
        .. new[]
        {
            "", " ", "{", "[", "null", "1", "\"x\"", "[]", "{}", "{\"text\":", "{\"text\":1}", "{\"text\":{\"a\":[1]}}", "{\"text\":\"a\",\"text\":\"b\"}", "{\"text\":\"\\ud800\"}", "{\"other\":1}", "{\"text\":\"x\",}",
            "{\"text\":1e999}", "{\"__proto__\":{\"a\":1}}", "{\"$type\":\"System.IO.FileInfo\",\"text\":\"x\"}", "// x\n{}", "{\"text\":\"x\"} {}", $"{{\"text\":\"{new string('x', 3000)}\"}}", new string('[', 5000), $"{{\"text\":\"{new string('x', 70_000)}\"}}",
        }.Select(Encoding.UTF8.GetBytes),
        [0xef, 0xbb, 0xbf, .. "{\"text\":\"x\"}"u8], [.. "{\"text\":\""u8, 0xc0, 0xaf, .. "\"}"u8], [0xff, 0xfe, 0x7b, 0x00], [0x00],
    ];

    /// <summary>Types of a body that is something else.</summary>
    public static IReadOnlyList<string> Types { get; } =
    [
        "", "text/plain", "application/xml", "application/json; charset=utf-7", "application/json; charset=no-such", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data", "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=", "application/octet-stream", "x", "/", "application/json, text/plain", "application/JSON", "text/html",
    ];

    /// <summary>What stands where one version in quotation marks should.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["*", "W/\"1\"", "1", "\"\"", "\"x\"", "\"-1\"", "\"99999999999999999999\"", "\"1\", \"2\"", "\"1", "\u00ff", "\"1\"\r\nIf-Match: \"2\"", new string('1', 5000)];

    /// <summary>Methods that nothing here is made for.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "BREW", "get", "G@T", new string('M', 300), "CONNECT"];
}
