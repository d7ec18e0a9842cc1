package io.policyengine.policies.content.shared.entities;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds entities of given kinds. Immutable and thread-safe. */
public final class EntityFinder {
    /**
     * Number of characters before a position that may affect the result there. Each call of a scan must include them.
     */
    public static final int CONTEXT = Window.CONTEXT;

    /**
     * Maximum undecided characters of a text that is searched for entities. Long private keys and tokens need that
     * many.
     */
    public static final int LONGEST = 16 * 1024 + 128;

    private static final char A_LETTER_BEYOND_ASCII = '\u00E9';

    /** The detectors in order of precedence. */
    private final List<Detector> detectors;

    /**
     * Bit sets of detectors by the first character of their entities. Each ASCII character has its own element; all
     * other characters share the last element.
     */
    private final int[] byFirst = new int[0x80 + 1];

    /** Bit set of the detectors whose entities may begin directly after an ASCII letter. */
    private final int behindALetter;

    /** Creates a finder of entities of the given kinds. */
    public EntityFinder(Set<Entity> entities) {
        List<Detector> wanted = new ArrayList<>();
        for (Entity entity : Entity.values()) {
            if (entities.contains(entity)) {
                wanted.add(detector(entity));
            }
        }
        detectors = List.copyOf(wanted);
        int behind = 0;
        for (int i = 0; i < detectors.size(); i++) {
            Detector detector = detectors.get(i);
            for (char first = 0; first < 0x80; first++) {
                byFirst[first] |= detector.mayBeginWith(first) ? 1 << i : 0;
            }
            byFirst[0x80] |= detector.mayBeginWith(A_LETTER_BEYOND_ASCII) ? 1 << i : 0;
            behind |= detector.mayBeginBehindALetter() ? 1 << i : 0;
        }
        behindALetter = behind;
    }

    private static Detector detector(Entity entity) {
        return switch (entity) {
            case PRIVATE_KEY -> new PrivateKeyDetector();
            case JWT -> new JwtDetector();
            case API_KEY -> new ApiKeyDetector();
            case AWS_KEY -> new AwsKeyDetector();
            case EMAIL -> new EmailDetector();
            case IBAN -> new IbanDetector();
            case CREDIT_CARD -> new CardDetector();
            case DE_TAX_ID -> new TaxIdDetector();
            case IN_AADHAAR -> new AadhaarDetector();
            case US_SSN -> new SsnDetector();
            case UK_NINO -> new NinoDetector();
            case IP_ADDRESS -> new IpAddressDetector();
            case PHONE -> new PhoneDetector();
            case PASSPORT -> new PassportDetector();
        };
    }

    /** Returns the entities in a complete text, from left to right. */
    public List<EntityMatch> find(CharSequence text) {
        return scan().scan(text, 0, true).found();
    }

    /** Starts a scan of one text, which may arrive in pieces. */
    public EntityScan scan() {
        return new EntityScan(this);
    }

    /** Returns the bit set of the detectors to try at a position. */
    int candidates(Window text, int position) {
        int first = text.at(position);
        int candidates = byFirst[Math.min(first, 0x80)];
        return candidates != 0 && Chars.isWord(first) && Chars.isWord(text.at(position - 1))
                ? candidates & behind(first, text.at(position - 1))
                : candidates;
    }

    /**
     * Returns false if no entity can begin with the given ASCII character, with or without combining marks after it.
     *
     * @param before the preceding character; {@link Window#NOTHING} at the beginning
     */
    boolean mayBeginWith(char first, int before) {
        String both = before == Window.NOTHING ? "" + first : "" + (char) before + first;
        return byFirst[0x80] != 0 || candidates(new Window(both, false), both.length() - 1) != 0;
    }

    private int behind(int first, int before) {
        return Chars.isDigit(first) && Chars.isLetter(before) ? behindALetter : 0;
    }

    /**
     * Returns the first candidate detector that finds an entity at the position, or that needs more text to decide;
     * null if there is none.
     */
    @Nullable
    Detector decide(Window text, int position, int candidates, int[] end) {
        for (int rest = candidates; rest != 0; rest &= rest - 1) {
            Detector detector = detectors.get(Integer.numberOfTrailingZeros(rest));
            end[0] = detector.match(text, position);
            if (text.isStarved() || end[0] != Detector.NONE) {
                return detector;
            }
        }
        return null;
    }
}
