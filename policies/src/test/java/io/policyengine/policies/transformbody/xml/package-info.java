@NullMarked
package io.policyengine.policies.transformbody.xml;

import org.jspecify.annotations.NullMarked;
