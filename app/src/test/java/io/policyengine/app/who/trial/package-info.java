@NullMarked
package io.policyengine.app.who.trial;

import org.jspecify.annotations.NullMarked;
