/**
 * XML in bodies. {@link io.policyengine.policies.format.xml.XmlScanner}, the only reader, checks each document byte by
 * byte before other code uses it. The other types are parts of the scanner, or its limits, faults and events. The
 * package has over twenty types, since each kind of markup has a reader of its own.
 */
@NullMarked
package io.policyengine.policies.format.xml;

import org.jspecify.annotations.NullMarked;
