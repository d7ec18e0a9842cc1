/**
 * XML in bodies, read byte by byte before anything else uses it, and without a document type. {@link
 * io.policyengine.policies.format.xml.XmlScanner} is the only reader; the other types are its parts, except its limits,
 * faults and events.
 */
@NullMarked
package io.policyengine.policies.format.xml;

import org.jspecify.annotations.NullMarked;
