@NullMarked
package io.policyengine.policies.format.xml;

import org.jspecify.annotations.NullMarked;
