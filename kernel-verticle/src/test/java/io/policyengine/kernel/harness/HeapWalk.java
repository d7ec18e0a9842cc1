package io.policyengine.kernel.harness;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.EventExecutorGroup;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A walk along references, which adds up the long arrays of bytes, and the long strings, that it finds. It stops at what all exchanges
 * share: event loops, generations, workers, meters. To be taken while nothing moves.
 */
public final class HeapWalk {
    /** Bytes of an array that counts: what is shorter is covered by the place of an exchange. */
    private static final int LONG = 1024;

    private static final List<Class<?>> SHARED = List.of(
            Vertx.class,
            Context.class,
            EventExecutorGroup.class,
            Channel.class,
            ChannelHandlerContext.class,
            ChannelPipeline.class,
            ByteBufAllocator.class,
            MeterRegistry.class,
            Logger.class,
            Executor.class,
            Reference.class,
            Class.class,
            ClassLoader.class,
            Thread.class);

    private static final List<String> SHARED_PACKAGES = List.of(
            "io.policyengine.core.config.",
            "io.policyengine.core.work.executor.",
            "io.policyengine.kernel.KernelVerticle",
            "io.policyengine.kernel.extproc.KernelContext",
            "io.policyengine.kernel.extproc.LoopContext",
            "io.policyengine.kernel.generation.",
            "io.policyengine.kernel.metrics.",
            "io.policyengine.kernel.plan.",
            "io.policyengine.kernel.worker.",
            "io.policyengine.testkit.",
            "io.netty.buffer.Pool");

    /** Whatever was found, with that by which it was. */
    private final IdentityHashMap<Object, Object> seen = new IdentityHashMap<>();

    private final Deque<Object> open = new ArrayDeque<>();
    private final List<Object> counted = new ArrayList<>();
    private Object by = this;
    private long bytes;

    private HeapWalk() {}

    /**
     * What was found.
     *
     * @param bytes of all that counts
     * @param ways to each thing that counts
     */
    public record Result(long bytes, List<String> ways) {
        @Override
        public String toString() {
            return String.join("\n", ways);
        }
    }

    /**
     * What can be reached from these objects.
     *
     * @throws AssertionError if something moves meanwhile
     */
    static Result from(Collection<?> roots) {
        HeapWalk walk = new HeapWalk();
        try {
            roots.forEach(walk::find);
            while (!walk.open.isEmpty()) {
                walk.by = walk.open.remove();
                walk.lookInto(walk.by);
            }
        } catch (ConcurrentModificationException | IllegalStateException moving) {
            throw new AssertionError("something moves", moving);
        }
        return new Result(walk.bytes, walk.counted.stream().map(walk::wayTo).toList());
    }

    private String wayTo(Object thing) {
        StringBuilder way = new StringBuilder();
        for (Object one = thing; one != null && one != this; one = seen.get(one)) {
            way.insert(0, " > " + one.getClass().getSimpleName());
        }
        return way.append(' ')
                .append(thing instanceof byte[] array ? array.length : ((String) thing).length())
                .toString();
    }

    /** The value of a private field. */
    static Object field(Object of, String name) {
        return field(of.getClass(), name, of);
    }

    private static Object field(Class<?> type, String name, @Nullable Object of) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void find(@Nullable Object found) {
        if (found != null && !isShared(found) && seen.putIfAbsent(found, by) == null) {
            open.add(found);
        }
    }

    private static boolean isShared(Object found) {
        String name = found.getClass().getName();
        return SHARED.stream().anyMatch(type -> type.isInstance(found))
                || SHARED_PACKAGES.stream().anyMatch(name::startsWith);
    }

    private void lookInto(Object found) {
        switch (found) {
            case byte[] array -> count(array, array.length);
            case String text -> count(text, text.length());
            case Object[] array -> Arrays.asList(array).forEach(this::find);
            case Collection<?> all -> all.forEach(this::find);
            case Map<?, ?> map -> {
                map.keySet().forEach(this::find);
                map.values().forEach(this::find);
            }
            case AtomicReference<?> reference -> find(reference.get());
            case ByteBuffer buffer -> find(arrayOf(buffer));
            default -> lookIntoFields(found);
        }
    }

    /** The array that it is a view of; null if it is outside of the heap. Buffers that are read-only tell it to nobody. */
    private static @Nullable Object arrayOf(ByteBuffer buffer) {
        try {
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Object unsafe = field(type, "theUnsafe", null);
            Object offset = type.getMethod("objectFieldOffset", Field.class)
                    .invoke(unsafe, ByteBuffer.class.getDeclaredField("hb"));
            return type.getMethod("getObject", Object.class, long.class).invoke(unsafe, buffer, offset);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void count(Object found, int length) {
        if (length >= LONG) {
            bytes += length;
            counted.add(found);
        }
    }

    private void lookIntoFields(Object found) {
        for (Class<?> type = found.getClass(); type != null && !isOfTheJdk(type); type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    try {
                        find(field.get(found));
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }
    }

    private static boolean isOfTheJdk(Class<?> type) {
        return type.getName().startsWith("java.")
                || type.getName().startsWith("jdk.")
                || type.getName().startsWith("sun.")
                || type.isArray();
    }
}
