# The oximeter and thermometer of the bench: a GATT server and an advertisement on one adapter, through the guest's bluetoothd. Its pulse
# and its temperature count up, so that a value that is lost, doubled or out of order shows; where a link ended, to the next multiple of
# 500. All but its clock it gives out encrypted only.
# Arguments: the adapter, where to begin to count. Told "answer" it answers for its side of a pairing.
import struct
import sys
import time

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
ADAPTER, FIRST = '/org/bluez/' + sys.argv[1], int(sys.argv[2])
PROPERTIES = 'org.freedesktop.DBus.Properties'
SERVICE, CHARACTERISTIC, AGENT = 'org.bluez.GattService1', 'org.bluez.GattCharacteristic1', 'org.bluez.Agent1'


def uuid(number):
    return '0000%04x-0000-1000-8000-00805f9b34fb' % number


class Entry(dbus.service.Object):
    def __init__(self, path, interface, properties):
        self.path, self.interface, self.properties = path, interface, properties
        super().__init__(bus, path)

    @dbus.service.method(PROPERTIES, in_signature='s', out_signature='a{sv}')
    def GetAll(self, interface):
        return self.properties

    @dbus.service.signal(PROPERTIES, signature='sa{sv}as')
    def PropertiesChanged(self, interface, changed, invalidated):
        pass


class Characteristic(Entry):
    def __init__(self, path, service, number, flags, value=None, measure=None, period=0):
        super().__init__(path, CHARACTERISTIC, {'Service': dbus.ObjectPath(service), 'UUID': uuid(number), 'Flags': dbus.Array(flags, 's')})
        self.number, self.value, self.measure, self.period, self.count, self.on = number, value, measure, period, FIRST, False

    @dbus.service.method(CHARACTERISTIC, in_signature='a{sv}', out_signature='ay')
    def ReadValue(self, options):
        print('read %04x' % self.number, flush=True)
        return dbus.ByteArray(self.value())

    @dbus.service.method(CHARACTERISTIC)
    def StartNotify(self):
        if not self.on:
            print('asked for %04x' % self.number, flush=True)
            self.on = True
            GLib.timeout_add(self.period, self.tick)

    @dbus.service.method(CHARACTERISTIC)
    def StopNotify(self):
        self.on = False

    @dbus.service.method(CHARACTERISTIC)
    def Confirm(self):
        print('confirmed', flush=True)

    def tick(self):
        if self.on:
            self.count += 1
            self.PropertiesChanged(CHARACTERISTIC, {'Value': dbus.ByteArray(self.measure(self.count))}, [])
        return self.on


class Application(dbus.service.Object):
    def __init__(self, entries):
        self.entries = entries
        super().__init__(bus, '/bench')

    @dbus.service.method('org.freedesktop.DBus.ObjectManager', out_signature='a{oa{sa{sv}}}')
    def GetManagedObjects(self):
        return {dbus.ObjectPath(entry.path): {entry.interface: entry.properties} for entry in self.entries}


class Advertisement(Entry):
    @dbus.service.method('org.bluez.LEAdvertisement1')
    def Release(self):
        pass


class Agent(dbus.service.Object):
    # the device's own side of pairing: it shows a number, and whoever holds it says yes
    @dbus.service.method(AGENT, in_signature='ou')
    def RequestConfirmation(self, device, number):
        print('number %06d' % number, flush=True)

    @dbus.service.method(AGENT, in_signature='os')
    def AuthorizeService(self, device, service):
        pass

    @dbus.service.method(AGENT)
    def Cancel(self):
        pass

    @dbus.service.method(AGENT)
    def Release(self):
        pass


def date_time():
    now = time.localtime()
    return struct.pack('<HBBBBB', now.tm_year, now.tm_mon, now.tm_mday, now.tm_hour, now.tm_min, now.tm_sec)


def oximeter(count):  # PLX continuous measurement: flags, SpO2, and the pulse in tenths from 30, both SFLOAT
    return b'\x00' + struct.pack('<HH', 97, 0xF000 | (300 + count))


def thermometer(count):  # temperature measurement: flags, FLOAT in thousandths of a degree Celsius from 36, when by its own clock
    return b'\x02' + struct.pack('<I', 0xFD000000 | (36000 + count)) + date_time()


entries = [
    Entry('/bench/s0', SERVICE, {'UUID': uuid(0x1822), 'Primary': True}),
    Characteristic('/bench/s0/c0', '/bench/s0', 0x2A5F, ['encrypt-notify'], measure=oximeter, period=500),
    Characteristic('/bench/s0/c1', '/bench/s0', 0x2A60, ['encrypt-read'], value=lambda: b'\x03\x00'),
    Entry('/bench/s1', SERVICE, {'UUID': uuid(0x1809), 'Primary': True}),
    Characteristic('/bench/s1/c0', '/bench/s1', 0x2A1C, ['encrypt-indicate'], measure=thermometer, period=1000),
    Entry('/bench/s2', SERVICE, {'UUID': uuid(0x1805), 'Primary': True}),
    Characteristic('/bench/s2/c0', '/bench/s2', 0x2A2B, ['read'], value=lambda: date_time() + b'\x00\x00\x00'),
]
application = Application(entries)
advertisement = Advertisement('/bench/advertisement', 'org.bluez.LEAdvertisement1', {
    'Type': 'peripheral', 'LocalName': 'bench', 'ServiceUUIDs': dbus.Array([uuid(0x1822), uuid(0x1809)], 's')})
links = {}
agent = Agent(bus, '/bench/agent')
agents = dbus.Interface(bus.get_object('org.bluez', '/org/bluez'), 'org.bluez.AgentManager1')
agents.RegisterAgent('/bench/agent', 'DisplayYesNo')


def linked(face, changed, invalidated, path):
    if face == 'org.bluez.Device1' and 'Connected' in changed:
        print('link', path.split('/')[3], int(changed['Connected']), flush=True)
        if path.startswith(ADAPTER):
            links[path] = bool(changed['Connected'])
        if path.startswith(ADAPTER) and not changed['Connected']:
            for entry in entries:
                if isinstance(entry, Characteristic):
                    entry.count = (entry.count // 500 + 1) * 500


# A radio advertises ten times a second. One of btvirt is heard once, when it begins to or when the other begins to listen, and then too soon:
# the kernel does not listen yet. So this one begins anew again and again while nobody is linked to it.
def advertise_again():
    if not any(links.values()):
        manager.UnregisterAdvertisement('/bench/advertisement', reply_handler=lambda: advertise(quiet), error_handler=quiet)
    return True


def advertise(done):
    manager.RegisterAdvertisement('/bench/advertisement', {}, reply_handler=done, error_handler=done)


def quiet(*rest):
    pass


def told(source, condition):
    line = sys.stdin.readline()
    if line.strip() == 'answer':
        agents.RequestDefaultAgent('/bench/agent')
        print('answering', flush=True)
    return line != ''


def said(what):
    return lambda *rest: print(what, *rest, flush=True)


bus.add_signal_receiver(linked, 'PropertiesChanged', PROPERTIES, 'org.bluez', path_keyword='path')
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, told)
adapter = bus.get_object('org.bluez', ADAPTER)
dbus.Interface(adapter, 'org.bluez.GattManager1').RegisterApplication('/bench', {}, reply_handler=said('served'), error_handler=said('refused'))
manager = dbus.Interface(adapter, 'org.bluez.LEAdvertisingManager1')
advertise(said('advertised'))
GLib.timeout_add(2000, advertise_again)
GLib.MainLoop().run()
