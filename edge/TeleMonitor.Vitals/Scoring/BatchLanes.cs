using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>So many bytes at once as a vector has room for. All widths give the same results.</summary>
/// <typeparam name="TVector">What holds them.</typeparam>
internal interface ILanes<TVector> where TVector : struct
{
    static abstract int Width { get; }
    static abstract TVector All(byte value);
    static abstract TVector Load(byte[] from, int at);
    /// <summary>What a table of sixteen, repeated to the widest vector, says of each number below sixteen.</summary>
    static abstract TVector LookUp(TVector table, TVector numbers);
    /// <summary>Scores out of their lower and upper bytes.</summary>
    static abstract void Store(TVector lower, TVector upper, Span<BatchScore> into, int at);
    static abstract TVector And(TVector one, TVector other);
    static abstract TVector Or(TVector one, TVector other);
    static abstract TVector Add(TVector one, TVector other);
    /// <summary>Of two bytes together: what crosses between them must be masked away.</summary>
    static abstract TVector ShiftRight(TVector value, int bits);
    /// <inheritdoc cref="ShiftRight"/>
    static abstract TVector ShiftLeft(TVector value, int bits);
    /// <summary>All bits set where the one is greater; numbers below 128.</summary>
    static abstract TVector Greater(TVector one, TVector other);
    static abstract TVector Same(TVector one, TVector other);
    static abstract TVector Choose(TVector mask, TVector where, TVector elsewhere);
}

/// <summary>Sixteen sets at a time: SSSE3 and Neon.</summary>
internal readonly struct Lanes128 : ILanes<Vector128<byte>>
{
    public static int Width => Vector128<byte>.Count;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> All(byte value) => Vector128.Create(value);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(byte[] from, int at) => Vector128.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(from), unchecked((nuint)at));
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> LookUp(Vector128<byte> table, Vector128<byte> numbers) => Vector128.ShuffleNative(table, numbers);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<byte> lower, Vector128<byte> upper, Span<BatchScore> into, int at)
    {
        ref ushort first = ref Unsafe.As<BatchScore, ushort>(ref MemoryMarshal.GetReference(into));
        (Vector128<ushort> low, Vector128<ushort> low2) = Vector128.Widen(lower);
        (Vector128<ushort> high, Vector128<ushort> high2) = Vector128.Widen(upper);
        (low | (high << 8)).StoreUnsafe(ref first, unchecked((nuint)at));
        (low2 | (high2 << 8)).StoreUnsafe(ref first, (nuint)(at + Vector128<ushort>.Count));
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> And(Vector128<byte> one, Vector128<byte> other) => one & other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Or(Vector128<byte> one, Vector128<byte> other) => one | other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Add(Vector128<byte> one, Vector128<byte> other) => one + other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ShiftRight(Vector128<byte> value, int bits) => (value.AsUInt16() >>> bits).AsByte();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> ShiftLeft(Vector128<byte> value, int bits) => (value.AsUInt16() << bits).AsByte();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Greater(Vector128<byte> one, Vector128<byte> other) => Vector128.GreaterThan(one.AsSByte(), other.AsSByte()).AsByte();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Same(Vector128<byte> one, Vector128<byte> other) => Vector128.Equals(one, other);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Choose(Vector128<byte> mask, Vector128<byte> where, Vector128<byte> elsewhere) => Vector128.ConditionalSelect(mask, where, elsewhere);
}

/// <summary>Thirty-two sets at a time: AVX2.</summary>
internal readonly struct Lanes256 : ILanes<Vector256<byte>>
{
    public static int Width => Vector256<byte>.Count;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> All(byte value) => Vector256.Create(value);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(byte[] from, int at) => Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(from), unchecked((nuint)at));
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> LookUp(Vector256<byte> table, Vector256<byte> numbers) => Avx2.Shuffle(table, numbers);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<byte> lower, Vector256<byte> upper, Span<BatchScore> into, int at)
    {
        ref ushort first = ref Unsafe.As<BatchScore, ushort>(ref MemoryMarshal.GetReference(into));
        (Vector256<ushort> low, Vector256<ushort> low2) = Vector256.Widen(lower);
        (Vector256<ushort> high, Vector256<ushort> high2) = Vector256.Widen(upper);
        (low | (high << 8)).StoreUnsafe(ref first, unchecked((nuint)at));
        (low2 | (high2 << 8)).StoreUnsafe(ref first, (nuint)(at + Vector256<ushort>.Count));
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> And(Vector256<byte> one, Vector256<byte> other) => one & other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Or(Vector256<byte> one, Vector256<byte> other) => one | other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Add(Vector256<byte> one, Vector256<byte> other) => one + other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> ShiftRight(Vector256<byte> value, int bits) => (value.AsUInt16() >>> bits).AsByte();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> ShiftLeft(Vector256<byte> value, int bits) => (value.AsUInt16() << bits).AsByte();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Greater(Vector256<byte> one, Vector256<byte> other) => Vector256.GreaterThan(one.AsSByte(), other.AsSByte()).AsByte();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Same(Vector256<byte> one, Vector256<byte> other) => Vector256.Equals(one, other);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Choose(Vector256<byte> mask, Vector256<byte> where, Vector256<byte> elsewhere) => Vector256.ConditionalSelect(mask, where, elsewhere);
}

/// <summary>Sixty-four sets at a time: AVX-512.</summary>
internal readonly struct Lanes512 : ILanes<Vector512<byte>>
{
    public static int Width => Vector512<byte>.Count;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> All(byte value) => Vector512.Create(value);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(byte[] from, int at) => Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(from), unchecked((nuint)at));
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> LookUp(Vector512<byte> table, Vector512<byte> numbers) => Avx512BW.Shuffle(table, numbers);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<byte> lower, Vector512<byte> upper, Span<BatchScore> into, int at)
    {
        ref ushort first = ref Unsafe.As<BatchScore, ushort>(ref MemoryMarshal.GetReference(into));
        (Vector512<ushort> low, Vector512<ushort> low2) = Vector512.Widen(lower);
        (Vector512<ushort> high, Vector512<ushort> high2) = Vector512.Widen(upper);
        (low | (high << 8)).StoreUnsafe(ref first, unchecked((nuint)at));
        (low2 | (high2 << 8)).StoreUnsafe(ref first, (nuint)(at + Vector512<ushort>.Count));
    }
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> And(Vector512<byte> one, Vector512<byte> other) => one & other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Or(Vector512<byte> one, Vector512<byte> other) => one | other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Add(Vector512<byte> one, Vector512<byte> other) => one + other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> ShiftRight(Vector512<byte> value, int bits) => (value.AsUInt16() >>> bits).AsByte();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> ShiftLeft(Vector512<byte> value, int bits) => (value.AsUInt16() << bits).AsByte();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Greater(Vector512<byte> one, Vector512<byte> other) => Vector512.GreaterThan(one.AsSByte(), other.AsSByte()).AsByte();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Same(Vector512<byte> one, Vector512<byte> other) => Vector512.Equals(one, other);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Choose(Vector512<byte> mask, Vector512<byte> where, Vector512<byte> elsewhere) => Vector512.ConditionalSelect(mask, where, elsewhere);
}
