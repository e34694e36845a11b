/// Which end of a connection we are: it decides who masks.
public enum Role: Sendable {
    /// Masks what it sends; a masked frame from the server is a defect.
    case client
    /// Never masks; a frame from the client without a mask is a defect.
    case server
}
