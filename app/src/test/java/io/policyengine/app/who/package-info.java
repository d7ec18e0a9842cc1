@NullMarked
package io.policyengine.app.who;

import org.jspecify.annotations.NullMarked;
