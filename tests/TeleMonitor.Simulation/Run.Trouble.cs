using System.Text;
using TeleMonitor.Hub.Store;
using TeleMonitor.Vitals.Wire;

namespace TeleMonitor.Simulation;

// what goes wrong by itself, each fault on its own dice and at its own times
internal sealed partial class Run
{
    private void Trouble()
    {
        foreach (SimHome home in homes)
        {
            Often(Fault.Cut, 15, home.Name, die => Path(home, die, path => path.Cut = true, path => path.Cut = false, die.Between(5, 1800)));
            Often(Fault.BlackHole, 25, home.Name, die => Path(home, die, path => (path.DropsUp, path.DropsDown) = (true, true), path => (path.DropsUp, path.DropsDown) = (false, false), die.Between(10, 600)));
            Often(Fault.OneWay, 25, home.Name, die =>
            {
                bool up = die.Chance(0.5);
                Path(home, die, path => _ = up ? path.DropsUp = true : path.DropsDown = true, path => _ = up ? path.DropsUp = false : path.DropsDown = false, die.Between(10, 600));
            });
            Often(Fault.ProgramKilled, 20, home.Name, die => Down(home, home.Kill, die.Between(0.5, 120)));
            Often(Fault.PowerCut, 20, home.Name, die =>
            {
                if (die.Chance(0.6))
                {
                    home.Card.CutAfter = die.Next(8); // within one of the next writes
                }
                else
                {
                    Down(home, home.PowerCut, die.Between(5, 1200));
                }
            });
            Often(Fault.DiskFull, 40, home.Name, die =>
            {
                home.Card.Full = true;
                world.In(die.Between(1, 60), () => home.Card.Full = false);
            });
            Often(Fault.ClockStep, 30, home.Name, die => home.Clock.Step(Step(die)));
            Often(Fault.PoisonItem, 40, home.Name, die => home.Poison(die.Pick(WireWord.Lanes), PoisonBytes(die)));
            Often(Fault.ProfileChanged, 40, home.Name, _ => home.Lend(home.Lent with { Scale = 3 - home.Lent.Scale }));
            if (weather[Fault.CardRestored] > 0)
            {
                Often(Fault.CardRestored, 50, home.Name, die => PutCardBack(home, die));
            }
            Often(Fault.Relent, 60, home.Name, _ => LendAgain(home));
        }
        if (weather[Fault.CardCloned] > 0)
        {
            Dice die = world.Dice("clone");
            world.In(die.Between(300, 1500), () => Clone(homes[die.Next(Areas.Length)]));
        }
        Often(Fault.BrokerRestart, 30, "", die => broker.Restart(die.Between(1, 120)));
        foreach (HubProcess process in hub.Processes)
        {
            Often(Fault.HubCrash, 15, process.Name, die => Down(process, die.Between(0.5, 60)));
            Often(Fault.HubDown, 60, process.Name, die => Down(process, die.Between(300, 3600)));
        }
        Often(Fault.HubDiskFull, 40, "", die =>
        {
            hub.SetFull(true);
            world.In(die.Between(1, 120), () => hub.SetFull(false));
        });
        Often(Fault.HubClockStep, 40, "", die => hub.Machine.Step(die.Between(-3600, 3600)));
        if (weather[Fault.HubRestored] > 0)
        {
            Recurring(TimeSpan.FromMinutes(11), hub.KeepCopy);
            hub.KeepCopy();
        }
        Often(Fault.HubRestored, 50, "", die =>
        {
            if (hub.Restore())
            {
                foreach (HubProcess process in hub.Processes)
                {
                    process.StartAfter(die.Between(5, 600));
                }
            }
        });
        Often(Fault.BoardClosed, 15, "", _ => staff.CloseBoard());
    }

    /// <summary>Strikes so often on average when it is at full strength.</summary>
    private void Often(Fault fault, double minutes, string where, Action<Dice> strike)
    {
        if (weather[fault] <= 0)
        {
            return;
        }
        Dice die = world.Dice($"{fault} {where}");
        void Next() => world.In(die.Until(TimeSpan.FromMinutes(minutes / weather[fault])), () =>
        {
            if (isFair)
            {
                return;
            }
            weather.Count(fault);
            world.Note($"fault {fault} {where}");
            strike(die);
            Next();
        });
        Next();
    }

    private void Path(SimHome home, Dice die, Action<SimPath> worse, Action<SimPath> better, TimeSpan lasts)
    {
        worse(home.Path);
        world.In(lasts, () => better(home.Path));
    }

    private static void Down(SimHome home, Action end, TimeSpan wait)
    {
        if (home.IsRunning)
        {
            end();
            home.StartAfter(wait);
        }
    }

    private void Down(HubProcess process, TimeSpan wait)
    {
        if (process.IsAlive)
        {
            process.Die("crash");
            process.StartAfter(wait);
        }
    }

    private static TimeSpan Step(Dice die) => die.Next(4) switch
    {
        0 => TimeSpan.FromDays(-30),
        1 => TimeSpan.FromDays(365),
        _ => die.Between(-7200, 7200),
    };

    private static byte[] PoisonBytes(Dice die) => die.Next(4) switch
    {
        0 => Encoding.UTF8.GetBytes($$"""{"kind":"quux","tick":{{die.Next(1000)}},"code":"quux","asg":0,"at":"2026-11-22T08:00:00+00:00"}"""),
        1 => """{"kind":"reading","tick":1}"""u8.ToArray(),
        2 => "{\"kind\":\"rea"u8.ToArray(),
        _ => [0xFF, 0x00, 0x22, 0x7B],
    };

    /// <summary>Somebody puts an older image of the card in. What only the newer card had is lost, as with any card that breaks.</summary>
    private void PutCardBack(SimHome home, Dice die)
    {
        if (images.TryGetValue(home, out CardState? image))
        {
            Down(home, () =>
            {
                home.PowerCut();
                home.Card.Restore(image);
                checks.CardReplaced();
            }, die.Between(30, 900));
        }
    }

    /// <summary>A second gateway is made from the card of a first: same name, same certificate, same outbox, another boot.</summary>
    private void Clone(SimHome home)
    {
        if (isFair)
        {
            return;
        }
        weather.Count(Fault.CardCloned);
        var copy = new SimCard(home.Card.Live.Id);
        copy.Restore(home.Card.Image());
        SimHome second = NewHome(home.Gateway, home.Name + "-copy", home.Lent, copy);
        world.Note($"{second.Name} is made from the card of {home.Name}");
        second.Start();
        citizens[^1].Start();
    }

    /// <summary>The kit goes to another citizen: the assignment ends at the hub, and the gateway begins the next.</summary>
    private void LendAgain(SimHome home)
    {
        HubProcess? process = hub.Processes.FirstOrDefault(one => one.IsAlive);
        if (process is null || hub.IsFull || !home.IsRunning)
        {
            return;
        }
        Lent ended = home.Lent;
        var over = new Assignment(ended.Assignment, home.Gateway, ended.Citizen, ended.Area, World.Start.AddDays(-30), process.Clock.GetUtcNow(), false);
        process.Run(() => process.Store.Write(write => write.RegisterAssignment(over)));
        register[over.Number] = over;
        if (process.IsAlive)
        {
            Lent next = NextLent(ended);
            foreach (SimHome same in homes.Where(one => string.Equals(one.Gateway, home.Gateway, StringComparison.Ordinal)))
            {
                same.Lend(next); // a copy of the card carries the same configuration
            }
            Register(home);
        }
    }
}
