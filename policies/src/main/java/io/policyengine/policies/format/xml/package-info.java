/** XML in bodies: read byte by byte, before anything is made of it, and without a document type. */
@NullMarked
package io.policyengine.policies.format.xml;

import org.jspecify.annotations.NullMarked;
