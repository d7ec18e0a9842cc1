@NullMarked
package io.policyengine.core.who;

import org.jspecify.annotations.NullMarked;
