package dev.neon.page;

/** A page is not as what is to be done with it supposes: damaged, or another than the record's. */
public final class PageFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param what for people, lower case: {@code item 7 is beyond the 5 of the page} */
    public PageFormatException(String what) {
        super(what);
    }
}
