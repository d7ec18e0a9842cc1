/**
 * XML in bodies, without a document type. Each document is read byte by byte before anything else uses it. {@link
 * io.policyengine.policies.format.xml.XmlScanner} is the only reader. The other types are its parts, except those for
 * its limits, faults and events.
 */
@NullMarked
package io.policyengine.policies.format.xml;

import org.jspecify.annotations.NullMarked;
