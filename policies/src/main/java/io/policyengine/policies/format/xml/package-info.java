/**
 * XML in bodies: read byte by byte, before anything is made of it, and without a document type. {@link io.policyengine.policies.format.xml.XmlScanner} is
 * the one reader of it; all but it, its limits, faults and events are its parts.
 */
@NullMarked
package io.policyengine.policies.format.xml;

import org.jspecify.annotations.NullMarked;
