package io.policyengine.worker.environment;

import io.policyengine.core.policy.ResizableState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Divides a capacity of memory among the states of policies. If they want more than the capacity, states that want
 * little get all that they want, and the others get equal parts. States that are not current get only what the current
 * states leave.
 *
 * <p>The parts together never exceed the memory, because states shrink before other states grow. A state with values
 * that must not be evicted cannot shrink; it keeps their bytes until the next division. Each change divides the memory
 * again, and concurrent changes share one division. Thread-safe; waits only for the caches' own locks.
 */
final class MemoryShares {
    private final long capacity;
    private final Set<Member> members = ConcurrentHashMap.newKeySet();

    /** The number of changes that no division of the memory includes yet. */
    private final AtomicInteger changes = new AtomicInteger();

    /** Creates a division of this number of bytes, initially without states. */
    MemoryShares(long capacity) {
        this.capacity = capacity;
    }

    /** A state with its part of the memory. */
    static final class Member {
        private final ResizableState state;
        private volatile long wanted;
        private volatile boolean isCurrent = true;
        private volatile long granted;
        /** The bytes that the state wants in this division. */
        private long wish;

        private long target;

        private Member(ResizableState state, long wanted) {
            this.state = state;
            this.wanted = wanted;
        }
    }

    /**
     * Adds a state, which first has no memory, and divides the memory again. If another thread is dividing it, that
     * thread repeats the division.
     *
     * @param bytes maximum bytes that the state can use
     */
    Member add(ResizableState state, long bytes) {
        state.resize(0);
        Member member = new Member(state, bytes);
        members.add(member);
        divide();
        return member;
    }

    /** Raises the maximum of bytes that a state can use to at least this number. */
    void want(Member member, long bytes) {
        if (bytes > member.wanted) {
            member.wanted = bytes;
            divide();
        }
    }

    /** Divides the memory again, since states that could not shrink may be able to do so now. */
    void again() {
        divide();
    }

    void remove(Member member) {
        members.remove(member);
        divide();
    }

    /** Sets whether a state is current, that is, used by entries that were not replaced. */
    void setCurrent(Member member, boolean current) {
        if (member.isCurrent != current) {
            member.isCurrent = current;
            divide();
        }
    }

    /** Returns the sum of all parts, in bytes. */
    long granted() {
        return members.stream().mapToLong(member -> member.granted).sum();
    }

    private void divide() {
        if (changes.getAndIncrement() > 0) {
            return; // the thread that is dividing repeats the division
        }
        int seen = 1;
        while (seen > 0) {
            divideOnce();
            seen = changes.addAndGet(-seen);
        }
    }

    private void divideOnce() {
        List<Member> open = new ArrayList<>(members);
        open.forEach(member -> member.wish = member.wanted);
        open.sort(Comparator.comparingLong(member -> member.wish));
        long left = capacity;
        List<Member> stuck = List.of();
        do {
            open.removeAll(stuck);
            left -= stuck.stream().mapToLong(member -> member.granted).sum();
            setTargets(open, left);
            stuck = shrunk(open);
        } while (!stuck.isEmpty());
        for (Member member : open) {
            if (member.target > member.granted) {
                member.granted = member.state.resize(member.target);
            }
        }
    }

    /** Shrinks states to their target sizes, and returns the states that could not shrink enough. */
    private static List<Member> shrunk(List<Member> members) {
        List<Member> stuck = new ArrayList<>();
        for (Member member : members) {
            if (member.target < member.granted) {
                member.granted = member.state.resize(member.target);
                if (member.granted > member.target) {
                    stuck.add(member);
                }
            }
        }
        return stuck;
    }

    /** Sets the target sizes of states: first of those that are current, then of those that were replaced. */
    private static void setTargets(List<Member> members, long bytes) {
        List<Member> current = new ArrayList<>();
        List<Member> replaced = new ArrayList<>();
        members.forEach(member -> (member.isCurrent ? current : replaced).add(member));
        setTargetsOf(replaced, setTargetsOf(current, Math.max(0, bytes)));
    }

    /** Sets the target sizes of these states, and returns the bytes that are left. */
    private static long setTargetsOf(List<Member> members, long bytes) {
        long left = bytes;
        int others = members.size();
        for (Member member : members) {
            member.target = Math.min(member.wish, left / others--);
            left -= member.target;
        }
        return left;
    }
}
