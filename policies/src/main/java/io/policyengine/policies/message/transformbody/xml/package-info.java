/** Conversion of bodies between XML and JSON, by a configured mapping. */
@NullMarked
package io.policyengine.policies.message.transformbody.xml;

import org.jspecify.annotations.NullMarked;
