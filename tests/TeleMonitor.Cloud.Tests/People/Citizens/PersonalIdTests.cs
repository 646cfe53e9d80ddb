using FsCheck;
using FsCheck.Fluent;
using TeleMonitor.Hub.People.Citizens;

namespace TeleMonitor.Cloud.Tests.People.Citizens;

/// <summary>The rules and vectors of clinical.md 5.2. Only its test numbers, and numbers made here that are nobody's.</summary>
public sealed class PersonalIdTests
{
    [Theory]
    [InlineData("1111111118", true)] // vectors of clinical.md 5.2
    [InlineData("0101650006", true)]
    [InlineData("0101650000", false)] // must be accepted all the same
    [InlineData("0201919990", false)] // MedCom's test persons
    [InlineData("2512489996", false)]
    [InlineData("3001749995", false)]
    public void Modulus_11_is_a_warning_and_never_a_refusal(string number, bool passes)
    {
        PersonalIdReading read = PersonalId.Read(number);
        Assert.Equal(PersonalIdProblem.None, read.Problem);
        Assert.Equal(passes, read.Id!.PassesModulus11);
        Assert.Equal((number, PersonalIdKind.Cpr, false), (read.Id.Number, read.Id.Kind, read.Id.IsAdministrative));
    }

    [Theory]
    [InlineData("251248-9996")]
    [InlineData("251248 9996")]
    [InlineData("  2512489996 ")]
    public void A_hyphen_or_a_space_after_the_date_is_how_people_write_it(string typed) => Assert.Equal("2512489996", PersonalId.Read(typed).Id!.Number);

    [Theory]
    [InlineData("", PersonalIdProblem.Empty)]
    [InlineData("   ", PersonalIdProblem.Empty)]
    [InlineData("251248999", PersonalIdProblem.Length)]
    [InlineData("25124899961", PersonalIdProblem.Length)]
    [InlineData("25-12489996", PersonalIdProblem.Length)]
    [InlineData("25124899९6", PersonalIdProblem.Form)] // a digit of another script
    [InlineData("2512489A96", PersonalIdProblem.Form)]
    [InlineData("2512482AB6", PersonalIdProblem.Form)] // no replacement number has a 2 there
    [InlineData("3002489996", PersonalIdProblem.Date)] // day 30 of February
    [InlineData("2513489996", PersonalIdProblem.Date)] // month 13
    [InlineData("0012489996", PersonalIdProblem.Date)]
    [InlineData("2500489996", PersonalIdProblem.Date)]
    [InlineData("9212489996", PersonalIdProblem.Date)] // 92 - 60 is no day either
    [InlineData("6013489996", PersonalIdProblem.Date)]
    [InlineData("2902000006", PersonalIdProblem.Date)] // 1900 had no 29 February
    [InlineData("3002481AB1", PersonalIdProblem.Date)]
    public void What_is_none_says_why(string typed, PersonalIdProblem problem) => Assert.Equal(new PersonalIdReading(null, problem), PersonalId.Read(typed));

    [Theory]
    [InlineData("2902004000", 2000)]
    [InlineData("0101360000", 1936)]
    [InlineData("0101363000", 1936)]
    [InlineData("0101364000", 2036)]
    [InlineData("0101374000", 1937)]
    [InlineData("0101369000", 2036)]
    [InlineData("0101379000", 1937)]
    [InlineData("0101575000", 2057)]
    [InlineData("0101585000", 1858)]
    [InlineData("0101578000", 2057)]
    [InlineData("0101588000", 1858)]
    [InlineData("0101998000", 1899)]
    public void The_seventh_digit_tells_the_century(string number, int year) => Assert.Equal(year, PersonalId.Read(number).Id!.Born!.Value.Year);

    [Theory]
    [InlineData("2512489996", PersonalIdSex.Female)]
    [InlineData("3001749995", PersonalIdSex.Male)]
    public void The_last_digit_tells_the_sex(string number, PersonalIdSex sex) => Assert.Equal(sex, PersonalId.Read(number).Id!.Sex);

    [Theory]
    [InlineData("2512481AB6", PersonalIdKind.XEcpr)]
    [InlineData("2512487xy1", PersonalIdKind.XEcpr)]
    [InlineData("2512480AB6", PersonalIdKind.DEcpr)]
    [InlineData("251248-5AB6", PersonalIdKind.DEcpr)]
    [InlineData("2512486AB6", PersonalIdKind.DEcpr)]
    public void Replacement_numbers_are_taken_and_tell_neither_century_nor_sex(string typed, PersonalIdKind kind)
    {
        PersonalId id = PersonalId.Read(typed).Id!;
        Assert.Equal((kind, (DateOnly?)null, (PersonalIdSex?)null, true), (id.Kind, id.Born, id.Sex, id.PassesModulus11));
        Assert.Equal(id.Number.ToUpperInvariant(), id.Number);
    }

    [Theory]
    [InlineData("8512489996")] // day 25 + 60
    [InlineData("6101000000")]
    [InlineData("9112489996")] // day 31 + 60
    public void An_administrative_number_is_kept_and_marked_for_a_person_to_see_to(string number)
    {
        PersonalId id = PersonalId.Read(number).Id!;
        Assert.True(id.IsAdministrative);
        Assert.Equal(((DateOnly?)null, (PersonalIdSex?)null), (id.Born, id.Sex));
    }

    [Fact]
    public void Every_birth_date_is_accepted_with_any_four_digits_of_its_century() => Prop.ForAll(
        Gen.Choose(0, 60_000).Zip(Gen.Choose(0, 9999)).ToArbitrary(),
        made =>
        {
            DateOnly born = new DateOnly(1900, 1, 1).AddDays(made.Item1); // to 2064
            int seventh = born.Year switch { < 2000 => made.Item2 % 4, <= 2036 => 4, <= 2057 => 5 + (made.Item2 % 4), _ => -1 };
            if (seventh < 0)
            {
                return true; // no number tells of these
            }
            PersonalId? id = PersonalId.Read($"{born:ddMMyy}{seventh}{made.Item2 % 1000:000}").Id;
            return id?.Born == born && !id.IsAdministrative;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_is_typed_is_a_number_or_has_a_reason() => Prop.ForAll(
        Gen.OneOf(ArbMap.Default.GeneratorFor<string>(), Gen.ArrayOf(Gen.Elements("0123456789ABxy- ".ToCharArray())).Select(letters => new string(letters))).ToArbitrary(),
        typed =>
        {
            PersonalIdReading read = PersonalId.Read(typed);
            return (read.Id is null) == (read.Problem != PersonalIdProblem.None) && (read.Id is null || PersonalId.Read(read.Id.Number).Id == read.Id);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Written_out_it_is_masked()
    {
        PersonalId id = PersonalId.Read("2512489996").Id!;
        Assert.Equal("251248-••••", id.Masked);
        Assert.Equal("251248-••••", $"{id}");
        Assert.DoesNotContain("9996", PersonalId.Read("2512489996").ToString(), StringComparison.Ordinal);
        var identity = new Identity(id, "Borger Et", "Vej 1", "00 00 00 00", [new Relative("Pårørende Et", "00 00 00 00", "ven")]);
        Assert.DoesNotContain("Borger", identity.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Et", identity.Relatives[0].ToString(), StringComparison.Ordinal);
    }
}
