using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TeleMonitor.Vitals.Scoring;

/// <summary>So many 16-bit numbers at once as a vector has room for; one where there are no vectors. All give the same results.</summary>
/// <typeparam name="TVector">What holds them.</typeparam>
internal interface ILanes<TVector> where TVector : struct
{
    static abstract int Width { get; }
    static abstract TVector All(short value);
    /// <summary>The number that stands twice in these bits, in every lane.</summary>
    static abstract TVector AllOfTwice(int twice);
    static abstract TVector Load(ReadOnlySpan<short> from, int at);
    /// <summary>Bytes, each widened to a number.</summary>
    static abstract TVector Load(ReadOnlySpan<byte> from, int at);
    static abstract void Store(TVector value, Span<BatchScore> into, int at);
    static abstract TVector And(TVector one, TVector other);
    static abstract TVector Or(TVector one, TVector other);
    static abstract TVector Add(TVector one, TVector other);
    static abstract TVector ShiftRight(TVector value, int bits);
    /// <summary>All bits set where the one is greater, signed.</summary>
    static abstract TVector Greater(TVector one, TVector other);
    static abstract TVector Same(TVector one, TVector other);
    /// <summary>The sum, with the change where the value lies above the edge.</summary>
    static abstract TVector Step(TVector sum, TVector value, TVector edge, TVector change);
    static abstract TVector Choose(TVector mask, TVector where, TVector elsewhere);
    static abstract bool IsZero(TVector value);
}

/// <summary>One set at a time: what is left over at the end of a batch, and everything where there are no vectors.</summary>
internal readonly struct OneLane : ILanes<short>
{
    public static int Width => 1;
    public static short All(short value) => value;
    public static short AllOfTwice(int twice) => unchecked((short)twice);
    public static short Load(ReadOnlySpan<short> from, int at) => from[at];
    public static short Load(ReadOnlySpan<byte> from, int at) => from[at];
    public static void Store(short value, Span<BatchScore> into, int at) => into[at] = new BatchScore(unchecked((ushort)value));
    public static short And(short one, short other) => (short)(one & other);
    public static short Or(short one, short other) => (short)(one | other);
    public static short Add(short one, short other) => unchecked((short)(one + other));
    public static short ShiftRight(short value, int bits) => unchecked((short)((ushort)value >> bits));
    public static short Greater(short one, short other) => one > other ? (short)-1 : (short)0;
    public static short Same(short one, short other) => one == other ? (short)-1 : (short)0;
    public static short Step(short sum, short value, short edge, short change) => value > edge ? unchecked((short)(sum + change)) : sum;
    public static short Choose(short mask, short where, short elsewhere) => mask != 0 ? where : elsewhere;
    public static bool IsZero(short value) => value == 0;
}

/// <summary>Eight sets at a time: SSE2 and Neon.</summary>
internal readonly struct Lanes128 : ILanes<Vector128<short>>
{
    public static int Width => Vector128<short>.Count;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> All(short value) => Vector128.Create(value);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> AllOfTwice(int twice) => Vector128.Create(twice).AsInt16();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Load(ReadOnlySpan<short> from, int at) => Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(from), (nuint)at);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Load(ReadOnlySpan<byte> from, int at) =>
        Vector128.WidenLower(Vector64.LoadUnsafe(ref MemoryMarshal.GetReference(from), (nuint)at).ToVector128Unsafe()).AsInt16();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<short> value, Span<BatchScore> into, int at) =>
        value.StoreUnsafe(ref Unsafe.As<BatchScore, short>(ref MemoryMarshal.GetReference(into)), (nuint)at);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> And(Vector128<short> one, Vector128<short> other) => one & other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Or(Vector128<short> one, Vector128<short> other) => one | other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Add(Vector128<short> one, Vector128<short> other) => one + other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> ShiftRight(Vector128<short> value, int bits) => value >>> bits;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Greater(Vector128<short> one, Vector128<short> other) => Vector128.GreaterThan(one, other);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Same(Vector128<short> one, Vector128<short> other) => Vector128.Equals(one, other);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Step(Vector128<short> sum, Vector128<short> value, Vector128<short> edge, Vector128<short> change) =>
        sum + (Vector128.GreaterThan(value, edge) & change);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Choose(Vector128<short> mask, Vector128<short> where, Vector128<short> elsewhere) => Vector128.ConditionalSelect(mask, where, elsewhere);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Vector128<short> value) => value == Vector128<short>.Zero;
}

/// <summary>Sixteen sets at a time: AVX2.</summary>
internal readonly struct Lanes256 : ILanes<Vector256<short>>
{
    public static int Width => Vector256<short>.Count;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> All(short value) => Vector256.Create(value);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> AllOfTwice(int twice) => Vector256.Create(twice).AsInt16();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Load(ReadOnlySpan<short> from, int at) => Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(from), (nuint)at);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Load(ReadOnlySpan<byte> from, int at) =>
        Vector256.WidenLower(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(from), (nuint)at).ToVector256Unsafe()).AsInt16();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<short> value, Span<BatchScore> into, int at) =>
        value.StoreUnsafe(ref Unsafe.As<BatchScore, short>(ref MemoryMarshal.GetReference(into)), (nuint)at);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> And(Vector256<short> one, Vector256<short> other) => one & other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Or(Vector256<short> one, Vector256<short> other) => one | other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Add(Vector256<short> one, Vector256<short> other) => one + other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> ShiftRight(Vector256<short> value, int bits) => value >>> bits;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Greater(Vector256<short> one, Vector256<short> other) => Vector256.GreaterThan(one, other);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Same(Vector256<short> one, Vector256<short> other) => Vector256.Equals(one, other);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Step(Vector256<short> sum, Vector256<short> value, Vector256<short> edge, Vector256<short> change) =>
        sum + (Vector256.GreaterThan(value, edge) & change);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Choose(Vector256<short> mask, Vector256<short> where, Vector256<short> elsewhere) => Vector256.ConditionalSelect(mask, where, elsewhere);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Vector256<short> value) => value == Vector256<short>.Zero;
}

/// <summary>Thirty-two sets at a time: AVX-512.</summary>
internal readonly struct Lanes512 : ILanes<Vector512<short>>
{
    public static int Width => Vector512<short>.Count;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> All(short value) => Vector512.Create(value);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> AllOfTwice(int twice) => Vector512.Create(twice).AsInt16();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Load(ReadOnlySpan<short> from, int at) => Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(from), (nuint)at);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Load(ReadOnlySpan<byte> from, int at) =>
        Vector512.WidenLower(Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(from), (nuint)at).ToVector512Unsafe()).AsInt16();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<short> value, Span<BatchScore> into, int at) =>
        value.StoreUnsafe(ref Unsafe.As<BatchScore, short>(ref MemoryMarshal.GetReference(into)), (nuint)at);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> And(Vector512<short> one, Vector512<short> other) => one & other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Or(Vector512<short> one, Vector512<short> other) => one | other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Add(Vector512<short> one, Vector512<short> other) => one + other;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> ShiftRight(Vector512<short> value, int bits) => value >>> bits;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Greater(Vector512<short> one, Vector512<short> other) => Vector512.GreaterThan(one, other);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Same(Vector512<short> one, Vector512<short> other) => Vector512.Equals(one, other);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Step(Vector512<short> sum, Vector512<short> value, Vector512<short> edge, Vector512<short> change) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(value, edge), sum + change, sum); // one masked addition
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Choose(Vector512<short> mask, Vector512<short> where, Vector512<short> elsewhere) => Vector512.ConditionalSelect(mask, where, elsewhere);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Vector512<short> value) => value == Vector512<short>.Zero;
}
