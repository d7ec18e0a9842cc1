package io.policyengine.policies.json;

/**
 * The most that a JSON text may have of anything.
 *
 * @param depth levels of objects and arrays in each other
 * @param members of one object
 * @param elements of one array
 * @param stringBytes bytes in UTF-8 of a string, without its quotation marks and after its escapes
 * @param nameBytes the same of a member's name
 * @param numberDigits digits of a number, those of its fraction and exponent included
 * @param duplicates whether a name may stand twice in an object
 */
public record JsonLimits(
        int depth, int members, int elements, int stringBytes, int nameBytes, int numberDigits, boolean duplicates) {}
